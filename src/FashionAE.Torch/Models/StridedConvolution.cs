using System.Runtime.Intrinsics.X86;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// PyTorch's Conv2d or ConvTranspose2d with a 3x3 kernel, stride 2 and padding 1, with the same weights under the same names. TorchSharp's
/// own ConvTranspose2d pads the output of both axes by what is given for the first.
/// </summary>
/// <remarks>
/// On the CPU, weights in their own order go to libtorch only where channels fill its blocks. Others libtorch 2.10 (oneDNN 3.7.1) packs
/// wrongly on some processors, and results are wrong without an error: those go there with channels last.
/// </remarks>
internal sealed class StridedConvolution : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    // With AVX-512 the blocks that libtorch makes of images in their own order are worth making, with less they are not: there a training
    // step takes 0.95 of the time with channels last. A process that limits oneDNN, as tests do, is taken for one with less.
    private static readonly bool MakesBlocks =
        Avx512F.IsSupported && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA"));

    // RegisterComponents takes the names of the parameters from the fields.
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[]? _outputPadding;
    private readonly bool _fillsBlocks;

    private StridedConvolution(string name, int inputs, int outputs, long[] shape, long[]? outputPadding, InitialWeights weights)
        : base(name)
    {
        _outputPadding = outputPadding;
        _fillsBlocks = (inputs, outputs) != (1, 1) && FillsBlocks(inputs) && FillsBlocks(outputs);
        using var scope = NewDisposeScope();
        // The fan is counted from the weight's second dimension, as PyTorch does for both.
        var fan = shape[1] * 9;
        weight = weights.Weight(shape, fan);
        bias = weights.Uniform([outputs], 1 / Math.Sqrt(fan));
        RegisterComponents();
        weight.DetachFromDisposeScope();
        bias.DetachFromDisposeScope();
    }

    /// <summary>Makes a Conv2d: [N, inputs, H, W] to [N, outputs, ceil(H / 2), ceil(W / 2)].</summary>
    public static StridedConvolution Down(int inputs, int outputs, InitialWeights weights) =>
        new("Conv2d", inputs, outputs, [outputs, inputs, 3, 3], null, weights);

    /// <summary>Makes a ConvTranspose2d: [N, inputs, ceil(height / 2), ceil(width / 2)] to [N, outputs, height, width].</summary>
    public static StridedConvolution Up(int inputs, int outputs, int height, int width, InitialWeights weights) =>
        new("ConvTranspose2d", inputs, outputs, [inputs, outputs, 3, 3], [1 - height % 2, 1 - width % 2], weights);

    public override Tensor forward(Tensor input)
    {
        if (input.is_cuda)
            return Convolve(input, weight, bias);

        using var scope = NewDisposeScope();
        var isAlone = input.shape[0] == 1;
        // For one image alone libtorch asks NNPACK, which on processors that it does not know writes a warning for every image.
        var isTwice = isAlone && _outputPadding is null;
        var images = isTwice ? input.expand(2, -1, -1, -1) : input;
        if (_fillsBlocks && !isAlone && !MakesBlocks)
            images = WithChannelsLast(images);
        var output = _fillsBlocks ? Convolve(images, weight, bias) : ConvolvePacked(images);
        // A backward pass copies the gradient of a part, so nothing is cut off where nothing is left.
        return (isTwice ? output.narrow(0, 0, 1) : output).MoveToOuterDisposeScope();
    }

    public OnnxValue Write(OnnxGraph graph, OnnxValue input) => Write(graph, input, StoredTensor.Of(state_dict()), _outputPadding);

    /// <summary>Adds what such a layer computes to a graph.</summary>
    /// <param name="state">Its weight and bias.</param>
    /// <param name="outputPadding">What a transposed convolution adds to rows and columns; null for another one.</param>
    public static OnnxValue Write(
        OnnxGraph graph, OnnxValue input, IReadOnlyDictionary<string, StoredTensor> state, long[]? outputPadding)
    {
        var attributes = OnnxLayers.Window([3, 3], [2, 2], [1, 1], ("dilations", (long[])[1, 1]));
        if (outputPadding is not null)
            attributes["output_padding"] = outputPadding;
        OnnxValue[] inputs = [input, graph.Constant(state["weight"], "weight"), graph.Constant(state["bias"], "bias")];
        return graph.Add(outputPadding is null ? "Conv" : "ConvTranspose", inputs, attributes);
    }

    private Tensor ConvolvePacked(Tensor images)
    {
        // Of a single channel no layout can be told: there it stands twice.
        var isSingle = weight.shape[1] == 1;
        var packed = WithChannelsLast(isSingle ? weight.expand(-1, 2, -1, -1) : weight);
        if (!isSingle)
            return Convolve(images, packed, bias);
        return _outputPadding is null
            ? Convolve(images.expand(-1, 2, -1, -1).Times(0.5), packed, bias)
            : Convolve(images, packed, bias.expand(2)).narrow(1, 0, 1);
    }

    /// <summary>The same values with channels last in memory; a single channel is that already, but for the strides that say so.</summary>
    private static Tensor WithChannelsLast(Tensor images) => images.shape[1] == 1
        ? images.squeeze(1).unsqueeze(3).permute(0, 3, 1, 2)
        : images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private static bool FillsBlocks(int channels) => channels is 1 or 16 or 32 || channels % 64 == 0;

    private Tensor Convolve(Tensor input, Tensor weight, Tensor bias) => _outputPadding is null
        ? nn.functional.conv2d(input, weight, bias, strides: [2, 2], padding: [1, 1])
        : nn.functional.conv_transpose2d(input, weight, bias, [2, 2], [1, 1], _outputPadding);
}
