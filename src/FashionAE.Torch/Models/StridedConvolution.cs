using System.Runtime.Intrinsics.X86;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Implements PyTorch's Conv2d or ConvTranspose2d with a 3x3 kernel, stride 2 and padding 1, and with the same weight names. TorchSharp's
/// ConvTranspose2d cannot be used: it applies the output padding of the first axis to both axes.
/// </summary>
/// <remarks>
/// On the CPU, libtorch 2.10 (oneDNN 3.7.1) packs contiguous weights wrongly on some processors, and silently computes wrong results.
/// Weights are therefore passed with channels last, unless the numbers of channels fill oneDNN's blocks. With AVX2, channels last are wrong
/// too for some image widths, if the first dimension of the weight (the outputs of Conv2d, the inputs of ConvTranspose2d) is over 32, and
/// its number of blocks of 8 has the remainder 1 or 2 when divided by 4. Without AVX-512, zeros therefore fill every first dimension over
/// 32 up to a multiple of 32.
/// </remarks>
internal sealed class StridedConvolution : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    // Whether oneDNN uses AVX-512. It is then faster to let libtorch reorder contiguous images into blocks; otherwise, a training step with
    // channels last needs 0.95 of the time. Limits of oneDNN's instructions, as in tests, count as no AVX-512, because results are then
    // correct with every instruction set.
    private static readonly bool UsesAvx512 = Avx512F.IsSupported && IsEmpty("ONEDNN_MAX_CPU_ISA") && IsEmpty("DNNL_MAX_CPU_ISA");

    // RegisterComponents uses the names of the fields as names of the parameters.
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[]? _outputPadding;
    private readonly bool _fillsBlocks;
    private readonly long _missing;

    private StridedConvolution(string name, int inputs, int outputs, long[] shape, long[]? outputPadding, InitialWeights weights)
        : base(name)
    {
        _outputPadding = outputPadding;
        _fillsBlocks = (inputs, outputs) != (1, 1) && FillsBlocks(inputs) && FillsBlocks(outputs);
        _missing = UsesAvx512 || shape[0] <= 32 ? 0 : (32 - shape[0] % 32) % 32;
        using var scope = NewDisposeScope();
        // Like PyTorch, compute the fan-in from the second dimension of the weight, also for ConvTranspose2d.
        var fan = shape[1] * 9;
        weight = weights.Weight(shape, fan);
        bias = weights.Uniform([outputs], 1 / Math.Sqrt(fan));
        RegisterComponents();
        weight.DetachFromDisposeScope();
        bias.DetachFromDisposeScope();
    }

    /// <summary>Creates a Conv2d: [N, inputs, H, W] to [N, outputs, ceil(H / 2), ceil(W / 2)].</summary>
    public static StridedConvolution Down(int inputs, int outputs, InitialWeights weights) =>
        new("Conv2d", inputs, outputs, [outputs, inputs, 3, 3], null, weights);

    /// <summary>Creates a ConvTranspose2d: [N, inputs, ceil(height / 2), ceil(width / 2)] to [N, outputs, height, width].</summary>
    public static StridedConvolution Up(int inputs, int outputs, int height, int width, InitialWeights weights) =>
        new("ConvTranspose2d", inputs, outputs, [inputs, outputs, 3, 3], [1 - height % 2, 1 - width % 2], weights);

    public override Tensor forward(Tensor input)
    {
        if (input.is_cuda)
            return Convolve(input, weight, bias);

        using var scope = NewDisposeScope();
        var isAlone = input.shape[0] == 1;
        // Duplicate a single image. Otherwise libtorch uses NNPACK, which writes a warning for every image on processors that it does not
        // support.
        var isTwice = isAlone && _outputPadding is null;
        var images = isTwice ? input.expand(2, -1, -1, -1) : input;
        if (_fillsBlocks && !isAlone && !UsesAvx512)
            images = WithChannelsLast(images);
        var output = _fillsBlocks ? Convolve(images, weight, bias) : ConvolvePacked(images);
        // Narrow only if needed, because the backward pass of narrow copies the gradient.
        return (isTwice ? output.narrow(0, 0, 1) : output).MoveToOuterDisposeScope();
    }

    public OnnxValue Write(OnnxGraph graph, OnnxValue input) => Write(graph, input, StoredTensor.Of(state_dict()), _outputPadding);

    /// <summary>Adds the computation of such a layer to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The input of the layer.</param>
    /// <param name="state">The weight and the bias.</param>
    /// <param name="outputPadding">The output padding of rows and columns for a transposed convolution; otherwise null.</param>
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
        // A tensor with a single channel has no distinguishable memory layout, so the channel is duplicated.
        var isSingle = weight.shape[1] == 1;
        var packed = WithChannelsLast(Fill(isSingle ? weight.expand(-1, 2, -1, -1) : weight, [0, 0, 0, 0, 0, 0, 0, _missing]));
        if (_outputPadding is null)
        {
            var outputs = Convolve(isSingle ? images.expand(-1, 2, -1, -1).Times(0.5) : images, packed, Fill(bias, [0, _missing]));
            return _missing == 0 ? outputs : outputs.narrow(1, 0, weight.shape[0]);
        }
        var inputs = Fill(images, [0, 0, 0, 0, 0, _missing]);
        return isSingle ? Convolve(inputs, packed, bias.expand(2)).narrow(1, 0, 1) : Convolve(inputs, packed, bias);
    }

    /// <summary>Appends zeros. The sizes are those before and after each dimension, from the last dimension on.</summary>
    private Tensor Fill(Tensor values, long[] sizes) => _missing == 0 ? values : nn.functional.pad(values, sizes);

    /// <summary>Returns the same values with channels last in memory. For a single channel, only the strides change.</summary>
    private static Tensor WithChannelsLast(Tensor images) => images.shape[1] == 1
        ? images.squeeze(1).unsqueeze(3).permute(0, 3, 1, 2)
        : images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private static bool IsEmpty(string variable) => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static bool FillsBlocks(int channels) => channels is 1 or 16 or 32 || channels % 64 == 0;

    private Tensor Convolve(Tensor input, Tensor weight, Tensor bias) => _outputPadding is null
        ? nn.functional.conv2d(input, weight, bias, strides: [2, 2], padding: [1, 1])
        : nn.functional.conv_transpose2d(input, weight, bias, [2, 2], [1, 1], _outputPadding);
}
