using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Evaluates a graph in double precision, to check it before the file is written.</summary>
internal static class OnnxEvaluation
{
    /// <summary>Computes outputs of a graph from the values of its input, which must be on the CPU.</summary>
    /// <exception cref="NotSupportedException">The graph has an operator that this class does not support.</exception>
    public static double[][] Run(OnnxGraph graph, string input, Tensor values, IEnumerable<string> outputs)
    {
        double[][] computed = [];
        TorchPass.Run((int)values.shape[0], () =>
        {
            var known = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [input] = values.to(ScalarType.Float64) };
            foreach (var constant in graph.Constants)
                known[constant.Name] = constant.Values.Type == ScalarType.Int64
                    ? constant.Values.ToTensor()
                    : constant.Values.ToTensor().to(ScalarType.Float64);
            foreach (var node in graph.Nodes)
                known[node.Output] = Compute(node, [.. node.Inputs.Select(name => known[name])]);
            computed = [.. outputs.Select(name => known[name].to(ScalarType.Float64).contiguous().data<double>().ToArray())];
        });
        return computed;
    }

    private static Tensor Compute(OnnxNode node, Tensor[] x) => node.Operation switch
    {
        "Identity" => x[0],
        "Add" => x[0].Plus(x[1]),
        "Sub" => x[0] - x[1],
        "Mul" => x[0] * x[1],
        "Div" => x[0] / x[1],
        "LessOrEqual" => x[0].le(x[1]),
        "Not" => x[0].logical_not(),
        "IsNaN" => x[0].isnan(),
        "Where" => where(x[0], x[1], x[2]),
        "MatMul" => x[0].matmul(x[1]),
        "Transpose" => x[0].permute(node.Numbers("perm", [.. Enumerable.Range(1, (int)x[0].ndim).Select(i => x[0].ndim - i)])),
        "Gemm" when !node.Attributes.Keys.Any(name => name is "alpha" or "beta" or "transA") =>
            PlusThird(x[0].matmul(node.Number("transB") == 1 ? x[1].t() : x[1]), x),
        "Conv" or "ConvTranspose" or "MaxPool" or "AveragePool" when x[0].ndim != 4 =>
            throw Unknown(node, $" of a tensor with {x[0].ndim} dimensions"),
        "Conv" or "ConvTranspose" => Convolve(node, x),
        "BatchNormalization" => nn.functional.batch_norm(x[0], x[3], x[4], x[1], x[2], eps: node.Real("epsilon", 1e-5f)),
        "Relu" => x[0].relu(),
        "LeakyRelu" => x[0].LeakyRelu(node.Real("alpha", 0.01f)),
        "Elu" => x[0].Elu(node.Real("alpha", 1)),
        "Selu" => nn.functional.selu(x[0]),
        "Sigmoid" => x[0].sigmoid(),
        "Tanh" => x[0].tanh(),
        "Erf" => x[0].erf(),
        "Exp" => x[0].exp(),
        "Log" => x[0].log(),
        "Sqrt" => x[0].sqrt(),
        "Softmax" => nn.functional.softmax(x[0], node.Number("axis", -1)),
        "DepthToSpace" when node.Attributes.GetValueOrDefault("mode") is "CRD" =>
            nn.functional.pixel_shuffle(x[0], node.Number("blocksize")),
        "MaxPool" => nn.functional.max_pool2d(
            x[0], node.Numbers("kernel_shape"), node.Numbers("strides", 1, 1), Padding(node), node.Numbers("dilations", 1, 1)),
        "AveragePool" => nn.functional.avg_pool2d(
            x[0], node.Numbers("kernel_shape"), node.Numbers("strides", 1, 1), Padding(node), false, node.Number("count_include_pad") == 1),
        "ReduceMean" => x[0].mean(node.Numbers("axes"), node.Number("keepdims", 1) == 1),
        "Flatten" when node.Number("axis", 1) == 1 => x[0].flatten(1),
        "Reshape" => x[0].reshape([.. x[1].data<long>().ToArray().Select((size, i) => size == 0 ? x[0].shape[i] : size)]),
        _ => throw Unknown(node),
    };

    // Uses matrix products, because libtorch's convolutions in double precision use NNPACK, which writes warnings on processors that it
    // does not support.
    private static Tensor Convolve(OnnxNode node, Tensor[] x)
    {
        static (long Y, long X) Pair(long[] values) => (values[0], values[1]);
        var (kernel, stride, padding) = (Pair(x[1].shape[2..]), Pair(node.Numbers("strides", 1, 1)), Pair(Padding(node)));
        var (dilation, more) = (Pair(node.Numbers("dilations", 1, 1)), Pair(node.Numbers("output_padding", 0, 0)));
        var (height, width) = (x[0].shape[2], x[0].shape[3]);
        Tensor OfGroup(Tensor image, Tensor weight)
        {
            // The distance from the first to the last value of the kernel.
            var (down, right) = (dilation.Y * (kernel.Y - 1), dilation.X * (kernel.X - 1));
            if (node.Operation == "ConvTranspose")
            {
                var rows = (height - 1) * stride.Y - 2 * padding.Y + down + more.Y + 1;
                var columns = (width - 1) * stride.X - 2 * padding.X + right + more.X + 1;
                var parts = weight.flatten(1).t().matmul(image.flatten(2));
                return nn.functional.fold(parts, (rows, columns), kernel, dilation, padding, stride);
            }
            var patches = nn.functional.unfold(image, kernel, dilation, padding, stride);
            return weight.flatten(1).matmul(patches).unflatten(2, [(height + 2 * padding.Y - down - 1) / stride.Y + 1, -1]);
        }

        var sums = cat([.. x[0].chunk(node.Number("group", 1), 1).Zip(x[1].chunk(node.Number("group", 1), 0), OfGroup)], 1);
        return PlusThird(sums, x.Length > 2 ? [.. x[..2], x[2].reshape(-1, 1, 1)] : x);
    }

    /// <summary>Returns the padding of rows and columns, which must be equal at both ends.</summary>
    private static long[] Padding(OnnxNode node) => node.Numbers("pads", 0, 0, 0, 0) is [var top, var left, var bottom, var right]
        && (top, left) == (bottom, right) ? [top, left] : throw Unknown(node, " with unequal padding");

    private static Tensor PlusThird(Tensor product, Tensor[] x) => x.Length > 2 ? product.Plus(x[2]) : product;

    private static NotSupportedException Unknown(OnnxNode node, string how = "") => new(
        $"{node.Operation} ('{node.Output}'){how} cannot be computed before the file is written: "
        + "set Check of the options to false, and check the outputs of the file yourself.");
}
