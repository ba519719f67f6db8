using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Computes what a graph says, in double precision: how a file is checked before it is written.</summary>
internal static class OnnxEvaluation
{
    /// <summary>Computes values of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The name of its input.</param>
    /// <param name="values">The input, on the CPU.</param>
    /// <param name="outputs">The names of what to compute, numbers or not.</param>
    /// <returns>The values of each output.</returns>
    /// <exception cref="NotSupportedException">The graph has an operator that is not known here.</exception>
    public static double[][] Run(OnnxGraph graph, string input, Tensor values, IEnumerable<string> outputs)
    {
        double[][] computed = [];
        TorchPass.Run((int)values.shape[0], () =>
        {
            var known = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [input] = values.to(ScalarType.Float64) };
            foreach (var constant in graph.Constants)
                known[constant.Name] = Values(constant);
            foreach (var node in graph.Nodes)
                known[node.Output] = Compute(node, [.. node.Inputs.Select(name => known[name])]);
            computed = [.. outputs.Select(name => known[name].to(ScalarType.Float64).contiguous().data<double>().ToArray())];
        });
        return computed;
    }

    private static Tensor Compute(OnnxNode node, Tensor[] x)
    {
        long[] Numbers(string name) => (long[])node.Attributes[name];
        long Number(string name, long otherwise = 0) => node.Attributes.TryGetValue(name, out var value) ? (long)value : otherwise;
        double Real(string name) => (float)node.Attributes[name];
        long[] Pair(string name, long otherwise) => node.Attributes.TryGetValue(name, out var value) ? (long[])value : [otherwise, otherwise];
        var pads = node.Attributes.TryGetValue("pads", out var padding) ? (long[])padding : [0, 0, 0, 0];
        if (!pads.AsSpan(0, pads.Length / 2).SequenceEqual(pads.AsSpan(pads.Length / 2)))
            throw Unknown($"{node.Operation} with unequal padding");
        pads = pads[..(pads.Length / 2)];
        switch (node.Operation)
        {
            case "Identity": return x[0];
            case "Add": return x[0] + x[1];
            case "Sub": return x[0] - x[1];
            case "Mul": return x[0] * x[1];
            case "Div": return x[0] / x[1];
            case "LessOrEqual": return x[0].le(x[1]);
            case "Not": return x[0].logical_not();
            case "MatMul": return x[0].matmul(x[1]);
            case "Transpose": return x[0].permute(Numbers("perm"));
            case "Gemm" when !node.Attributes.Keys.Any(name => name is "alpha" or "beta" or "transA"):
                var product = x[0].matmul(Number("transB") == 1 ? x[1].t() : x[1]);
                return x.Length > 2 ? product + x[2] : product;
            case "Conv" or "ConvTranspose": return Convolve(node, x, Pair("strides", 1), pads, Pair("dilations", 1), Pair("output_padding", 0), Number("group", 1));
            case "BatchNormalization":
                return nn.functional.batch_norm(x[0], x[3], x[4], x[1], x[2], eps: Real("epsilon"));
            case "Relu": return x[0].relu();
            case "LeakyRelu": return nn.functional.leaky_relu(x[0], Real("alpha"));
            case "Elu": return nn.functional.elu(x[0], Real("alpha"));
            case "Selu": return nn.functional.selu(x[0]);
            case "Sigmoid": return x[0].sigmoid();
            case "Tanh": return x[0].tanh();
            case "Erf": return x[0].erf();
            case "Exp": return x[0].exp();
            case "Log": return x[0].log();
            case "Sqrt": return x[0].sqrt();
            case "Softmax": return nn.functional.softmax(x[0], Number("axis", -1));
            case "DepthToSpace" when node.Attributes.TryGetValue("mode", out var mode) && mode is "CRD": return nn.functional.pixel_shuffle(x[0], Number("blocksize"));
            case "MaxPool":
                return nn.functional.max_pool2d(x[0], Numbers("kernel_shape"), Pair("strides", 1), pads, Pair("dilations", 1));
            case "AveragePool":
                return nn.functional.avg_pool2d(x[0], Numbers("kernel_shape"), Pair("strides", 1), pads, false, Number("count_include_pad") == 1);
            case "ReduceMean": return x[0].mean(Numbers("axes"), Number("keepdims", 1) == 1);
            case "Flatten" when Number("axis", 1) == 1: return x[0].flatten(1);
            case "Reshape":
                var shape = x[1].data<long>().ToArray();
                return x[0].reshape([.. shape.Select((size, i) => size == 0 ? x[0].shape[i] : size)]);
            default: throw Unknown(node.Operation);
        }
    }

    // By products of matrices: libtorch's convolutions in double precision ask NNPACK first, which writes warnings on processors that it does not know.
    private static Tensor Convolve(OnnxNode node, Tensor[] x, long[] strides, long[] pads, long[] dilations, long[] more, long groups)
    {
        var (kernel, stride, padding, dilation) = ((Y: x[1].shape[2], X: x[1].shape[3]), (Y: strides[0], X: strides[1]), (Y: pads[0], X: pads[1]), (Y: dilations[0], X: dilations[1]));
        var (height, width) = (x[0].shape[2], x[0].shape[3]);
        Tensor OfGroup(Tensor image, Tensor weight)
        {
            if (node.Operation == "ConvTranspose")
            {
                static long Size(long size, long kernel, long stride, long padding, long dilation, long more) =>
                    (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + more + 1;
                var whole = (Size(height, kernel.Y, stride.Y, padding.Y, dilation.Y, more[0]), Size(width, kernel.X, stride.X, padding.X, dilation.X, more[1]));
                return nn.functional.fold(weight.flatten(1).t().matmul(image.flatten(2)), whole, kernel, dilation, padding, stride);
            }
            var rows = (height + 2 * padding.Y - dilation.Y * (kernel.Y - 1) - 1) / stride.Y + 1;
            var patches = nn.functional.unfold(image, kernel, dilation, padding, stride);
            return weight.flatten(1).matmul(patches).unflatten(2, [rows, -1]);
        }

        var sums = cat([.. x[0].chunk(groups, 1).Zip(x[1].chunk(groups, 0), OfGroup)], 1);
        return x.Length > 2 ? sums + x[2].reshape(-1, 1, 1) : sums;
    }

    private static NotSupportedException Unknown(string what) => new(
        $"{what} cannot be computed before the file is written: set Check of the options to false, and compare what the file gives yourself.");

    private static Tensor Values(OnnxConstant constant)
    {
        var values = empty([.. constant.Shape], constant.Type);
        constant.Values.CopyTo(values.bytes);
        return constant.Type == ScalarType.Int64 ? values : values.to(ScalarType.Float64);
    }
}
