using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Writes TorchSharp's layers in evaluation mode as ONNX operators.</summary>
internal static class OnnxLayers
{
    public static OnnxValue Write(OnnxGraph graph, nn.Module<Tensor, Tensor> layer, OnnxValue input) => layer switch
    {
        IOnnxLayer own => own.Write(graph, input),
        Sequential layers => WriteAll(graph, [.. layers.named_children()], input),
        Linear linear => WriteLinear(graph, StoredTensor.Of(linear.weight!), Stored(linear.bias), input),
        ConvTranspose2d convolution => WriteConvolution(
            graph, convolution, (StoredTensor.Of(convolution.weight!), Stored(convolution.bias)), input),
        Conv2d convolution => WriteConvolution(
            graph, convolution, (StoredTensor.Of(convolution.weight!), Stored(convolution.bias)), input),
        BatchNorm normalization => WriteNormalization(graph, normalization, input),
        ReLU => graph.Add("Relu", [input]),
        LeakyReLU leaky => graph.Add("LeakyRelu", [input], Attributes(("alpha", (float)leaky.negative_slope))),
        ELU elu => graph.Add("Elu", [input], Attributes(("alpha", (float)elu.alpha))),
        SELU => graph.Add("Selu", [input]),
        GELU gelu when $"{gelu.approximate}" == "none" => WriteGelu(graph, input),
        SiLU => graph.Add("Mul", [input, graph.Add("Sigmoid", [input])]),
        Sigmoid => graph.Add("Sigmoid", [input]),
        Tanh => graph.Add("Tanh", [input]),
        Softmax softmax => graph.Add("Softmax", [input], Attributes(("axis", softmax.dim))),
        Flatten { start_dim: 1, end_dim: -1 } => graph.Add("Flatten", [input], Attributes(("axis", 1L))),
        Unflatten { dim: 1 } unflatten => graph.Reshape(input, [0, .. unflatten.unflattened_size]),
        PixelShuffle shuffle => graph.Add("DepthToSpace", [input], Attributes(("blocksize", shuffle.upscale_factor), ("mode", "CRD"))),
        // With ceil_mode, PyTorch and ONNX handle windows beyond the edge differently.
        MaxPool2d { ceil_mode: false } pool => graph.Add("MaxPool", [input], Window(
            pool.kernel_size, pool.stride, pool.padding, ("dilations", Pair(pool.dilation ?? [1])))),
        AvgPool2d { ceil_mode: false, divisor_override: null } pool => graph.Add("AveragePool", [input], Window(
            pool.kernel_size, pool.stride, pool.padding, ("count_include_pad", pool.count_include_pad ? 1L : 0L))),
        // Dropout has no effect outside training.
        Dropout or Dropout2d or Identity => input,
        _ => throw Unknown(graph, layer, "is not supported, or has a setting that ONNX does not support or defines differently"),
    };

    private static OnnxValue WriteAll(OnnxGraph graph, (string Name, nn.Module Module)[] layers, OnnxValue value)
    {
        for (var i = 0; i < layers.Length; i++)
        {
            var (name, module) = layers[i];
            var layer = module as nn.Module<Tensor, Tensor> ?? throw Unknown(graph, module, "has more than one input or output tensor");
            // Merge batch normalization into the weights of the layer before it.
            if (layer is Linear or Conv2d && layers.ElementAtOrDefault(i + 1).Module is BatchNorm { running_mean: not null } normalization)
            {
                var input = value;
                value = graph.Within(name, () => WriteFolded(graph, layer, normalization, input));
                i++;
            }
            else
            {
                value = graph.Apply(layer, value, name);
            }
        }
        return value;
    }

    private static OnnxValue WriteFolded(OnnxGraph graph, nn.Module layer, BatchNorm normalization, OnnxValue input)
    {
        var convolution = layer as Conv2d;
        var (weight, bias) = layer is Linear linear ? (linear.weight!, linear.bias) : (convolution!.weight!, convolution.bias);
        var state = StoredTensor.Of(normalization.state_dict());
        var folded = Fold(graph.Place, (StoredTensor.Of(weight), Stored(bias)), state, normalization.eps);
        return convolution is null
            ? WriteLinear(graph, folded.Weight, folded.Bias, input)
            : WriteConvolution(graph, convolution, folded, input);
    }

    public static OnnxValue WriteLinear(OnnxGraph graph, StoredTensor weight, StoredTensor? bias, OnnxValue input)
    {
        OnnxValue[] inputs = [input, graph.Constant(weight, "weight"), .. Bias(graph, bias)];
        return graph.Add("Gemm", inputs, Attributes(("transB", 1L)));
    }

    private static OnnxValue WriteConvolution(
        OnnxGraph graph, Convolution layer, (StoredTensor Weight, StoredTensor? Bias) state, OnnxValue input)
    {
        if (layer.padding_mode != PaddingModes.Zeros || layer.padding_type is not null)
            throw Unknown(graph, layer, "has padding that is not supported; use numeric padding with zeros");
        var attributes = Window(
            layer.kernel_size, layer.stride ?? [1], layer.padding, ("dilations", Pair(layer.dilation ?? [1])), ("group", layer.groups));
        if (layer.transposed)
            attributes["output_padding"] = Pair(layer.output_padding ?? [0]);
        OnnxValue[] inputs = [input, graph.Constant(state.Weight, "weight"), .. Bias(graph, state.Bias)];
        return graph.Add(layer.transposed ? "ConvTranspose" : "Conv", inputs, attributes);
    }

    private static OnnxValue WriteNormalization(OnnxGraph graph, BatchNorm layer, OnnxValue input)
    {
        if (layer.running_mean is not { } mean || layer.running_var is not { } variance)
            throw Unknown(graph, layer, "has no running statistics");
        using var scope = NewDisposeScope();
        return graph.Add("BatchNormalization", [
            input, graph.Constant(layer.weight ?? ones_like(mean), "weight"), graph.Constant(layer.bias ?? zeros_like(mean), "bias"),
            graph.Constant(mean, "running_mean"), graph.Constant(variance, "running_var")], Attributes(("epsilon", (float)layer.eps)));
    }

    /// <summary>Merges batch normalization into the weight and the bias of the layer before it, in double precision.</summary>
    /// <param name="place">The name of the layer, for messages.</param>
    /// <param name="layer">The weight (its first dimension is the outputs) and the bias of the layer.</param>
    /// <param name="normalization">The state of the BatchNorm, by PyTorch's names. Without weight and bias it scales by 1.</param>
    /// <param name="epsilon">The value that is added to the variance.</param>
    /// <exception cref="NotSupportedException">The weight is not float32.</exception>
    public static (StoredTensor Weight, StoredTensor Bias) Fold(
        string place, (StoredTensor Weight, StoredTensor? Bias) layer,
        IReadOnlyDictionary<string, StoredTensor> normalization, double epsilon)
    {
        var outputs = (int)layer.Weight.Shape[0];
        double[] State(string name, double otherwise) =>
            normalization.GetValueOrDefault(name)?.ToDoubles() ?? [.. Enumerable.Repeat(otherwise, outputs)];
        var (scale, offset, mean, variance) = (State("weight", 1), State("bias", 0), State("running_mean", 0), State("running_var", 1));
        if (layer.Weight.Type != ScalarType.Float32)
            throw new NotSupportedException(
                $"The layer '{place}' cannot be written as ONNX: its weights are {layer.Weight.Type}. Convert the model to float32.");
        var (bytes, bias) = (layer.Weight.Bytes.ToArray(), layer.Bias?.ToDoubles() ?? new double[outputs]);
        var weight = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        var fan = weight.Length / outputs;
        for (var output = 0; output < outputs; output++)
        {
            var factor = scale[output] / Math.Sqrt(variance[output] + epsilon);
            foreach (ref var value in weight.Slice(output * fan, fan))
                value = (float)(value * factor);
            bias[output] = (bias[output] - mean[output]) * factor + offset[output];
        }
        return (layer.Weight with { Bytes = bytes }, StoredTensor.Of(Array.ConvertAll(bias, value => (float)value), outputs));
    }

    // x times the standard normal distribution function at x (Hendrycks and Gimpel 2016).
    public static OnnxValue WriteGelu(OnnxGraph graph, OnnxValue input)
    {
        OnnxValue Number(double value) => graph.Constant(StoredTensor.Of([(float)value]));
        var error = graph.Add("Erf", [graph.Add("Mul", [input, Number(Math.Sqrt(0.5))])]);
        return graph.Add("Mul", [graph.Add("Mul", [input, Number(0.5)]), graph.Add("Add", [error, Number(1)])]);
    }

    private static StoredTensor? Stored(Tensor? tensor) => tensor is null ? null : StoredTensor.Of(tensor);

    private static IEnumerable<OnnxValue> Bias(OnnxGraph graph, StoredTensor? bias) => bias is null ? [] : [graph.Constant(bias, "bias")];

    public static Dictionary<string, object> Window(
        long[] size, long[]? stride, long[]? padding, params (string Name, object Value)[] more)
    {
        var pads = Pair(padding ?? [0]);
        return Attributes([
            ("kernel_shape", Pair(size)), ("strides", Pair(stride ?? size)), ("pads", (long[])[.. pads, .. pads]), .. more]);
    }

    public static Dictionary<string, object> Attributes(params (string Name, object Value)[] attributes) =>
        attributes.ToDictionary(a => a.Name, a => a.Value);

    private static long[] Pair(long[] sizes) => sizes.Length == 1 ? [sizes[0], sizes[0]] : sizes;

    private static NotSupportedException Unknown(OnnxGraph graph, nn.Module layer, string problem) => new(
        $"The layer '{graph.Place}' ({layer.GetName()}) cannot be written as ONNX: it {problem}. Implement {nameof(IOnnxLayer)} in it, "
        + "or override WriteEncoder and WriteDecoder of the autoencoder.");
}
