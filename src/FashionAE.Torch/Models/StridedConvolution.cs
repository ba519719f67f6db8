using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Models;

/// <summary>
/// PyTorch's Conv2d or ConvTranspose2d with a 3x3 kernel, stride 2 and padding 1, with the same weights under the same names. TorchSharp's
/// ConvTranspose2d pads the output of both axes by what is given for the first.
/// </summary>
/// <remarks>
/// Weights go to libtorch with channels last. Those in their own order, libtorch 2.10 (oneDNN 3.7) packs wrongly on the CPU where channels
/// do not fill its blocks, and results are wrong without an error.
/// </remarks>
internal sealed class StridedConvolution : nn.Module<Tensor, Tensor>
{
    // RegisterComponents takes the names of the parameters from the fields.
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[]? _outputPadding;

    private StridedConvolution(string name, long[] weights, int outputs, long[]? outputPadding)
        : base(name)
    {
        _outputPadding = outputPadding;
        weight = new Parameter(empty(weights));
        bias = new Parameter(empty([outputs]));
        // Both uniform within 1 / sqrt(fan in), the fan being counted from the weight's second dimension as PyTorch does.
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        var bound = 1 / Math.Sqrt(weights[1] * 9);
        nn.init.uniform_(bias, -bound, bound);
        RegisterComponents();
    }

    /// <summary>Makes a Conv2d with PyTorch's initial weights: [N, inputs, H, W] to [N, outputs, ceil(H / 2), ceil(W / 2)].</summary>
    public static StridedConvolution Down(int inputs, int outputs) => new("Conv2d", [outputs, inputs, 3, 3], outputs, null);

    /// <summary>Makes a ConvTranspose2d with PyTorch's initial weights: [N, inputs, ceil(height / 2), ceil(width / 2)] to [N, outputs, height, width].</summary>
    public static StridedConvolution Up(int inputs, int outputs, int height, int width) =>
        new("ConvTranspose2d", [inputs, outputs, 3, 3], outputs, [1 - height % 2, 1 - width % 2]);

    /// <summary>Halves height and width, or doubles them.</summary>
    /// <param name="input">float32 [N, inputs, ., .].</param>
    /// <returns>float32 [N, outputs, ., .].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        // Of a single channel no layout can be told: there it stands twice.
        var isSingle = weight.shape[1] == 1;
        var packed = (isSingle ? weight.expand(-1, 2, -1, -1) : weight).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Tensor output;
        if (_outputPadding is null)
            output = nn.functional.conv2d(isSingle ? input.expand(-1, 2, -1, -1) / 2 : input, packed, bias, [2, 2], [1, 1]);
        else if (isSingle)
            output = nn.functional.conv_transpose2d(input, packed, bias.expand(2), [2, 2], [1, 1], _outputPadding).narrow(1, 0, 1);
        else
            output = nn.functional.conv_transpose2d(input, packed, bias, [2, 2], [1, 1], _outputPadding);
        return output.MoveToOuterDisposeScope();
    }
}
