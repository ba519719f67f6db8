using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Models;

/// <summary>
/// PyTorch's ConvTranspose2d with a 3x3 kernel, stride 2 and padding 1, with the same weights. On the CPU it is computed as a
/// sub-pixel convolution (Shi et al. 2016): a 2x2 convolution to four times the channels, one for each corner of an output 2x2
/// block, and a shuffle of channels into space. That is the same sum of products, and the fast path of libraries for convolution.
/// </summary>
public sealed class StridedConvTranspose2d : nn.Module<Tensor, Tensor>
{
    // RegisterComponents takes the names of the parameters from the fields.
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int _outputs;
    private readonly int _height;
    private readonly int _width;
    private readonly Selection _selection = new();

    /// <summary>Initializes a new instance of the <see cref="StridedConvTranspose2d"/> class with PyTorch's initial weights.</summary>
    /// <param name="inputs">The number of input channels.</param>
    /// <param name="outputs">The number of output channels.</param>
    /// <param name="height">The height of the output: twice that of the input, or one less.</param>
    /// <param name="width">The width of the output: twice that of the input, or one less.</param>
    public StridedConvTranspose2d(int inputs, int outputs, int height, int width)
        : base("ConvTranspose2d")
    {
        (_outputs, _height, _width) = (outputs, height, width);
        weight = new Parameter(empty([inputs, outputs, 3, 3]));
        bias = new Parameter(empty([outputs]));
        // Both uniform within 1 / sqrt(fan in), the fan being counted from the weight's second dimension as PyTorch does.
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        var bound = 1 / Math.Sqrt(outputs * 9);
        nn.init.uniform_(bias, -bound, bound);
        RegisterComponents();
    }

    /// <summary>Upsamples.</summary>
    /// <param name="input">float32 [N, inputs, ceil(height / 2), ceil(width / 2)].</param>
    /// <returns>float32 [N, outputs, height, width].</returns>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // One output channel leaves the four of a 2x2 convolution too little work to pay, and cuDNN has a fast path of its own.
        return _outputs == 1 || input.is_cuda ? Transposed(input) : Subpixel(input);
    }

    internal Tensor Transposed(Tensor input)
    {
        long[] outputPadding = [1 - _height % 2, 1 - _width % 2];
        return nn.functional.conv_transpose2d(input, weight, bias, [2, 2], [1, 1], outputPadding);
    }

    internal Tensor Subpixel(Tensor input)
    {
        using var scope = NewDisposeScope();
        var inputs = weight.shape[0];
        var corners = weight.reshape(-1, 9).matmul(_selection.On(weight.device)).reshape(inputs, 4 * _outputs, 2, 2).transpose(0, 1);
        // Output 2i + a takes from input i and i + 1, so one zero beyond the end is all the padding needed.
        var padded = nn.functional.pad(input, [0, 1, 0, 1]);
        var blocks = nn.functional.conv2d(padded, corners, bias.reshape(-1, 1).expand(-1, 4).reshape(-1));
        var result = nn.functional.pixel_shuffle(blocks, 2);
        return result.narrow(2, 0, _height).narrow(3, 0, _width).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _selection.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// The 9x16 matrix that spreads a 3x3 kernel over the four 2x2 ones. Along each axis an even output takes kernel entry 1 from
    /// input i; an odd one takes entry 2 from input i and entry 0 from input i + 1. It is no field of the module itself, where it
    /// would become a buffer and be saved.
    /// </summary>
    private sealed class Selection : IDisposable
    {
        private Tensor? _matrix;

        public Tensor On(Device device)
        {
            if (_matrix is null || _matrix.device_type != device.type)
            {
                _matrix?.Dispose();
                using var here = torch.from_array(Values());
                _matrix = here.to(device, copy: true).DetachFromDisposeScope();
            }
            return _matrix;
        }

        public void Dispose() => _matrix?.Dispose();

        private static float[,] Values()
        {
            int?[,] entry = { { 1, null }, { 2, 0 } }; // [output a, input offset]
            var values = new float[9, 16];
            for (var column = 0; column < 16; column++)
                if (entry[column >> 3 & 1, column >> 1 & 1] is { } row && entry[column >> 2 & 1, column & 1] is { } side)
                    values[3 * row + side, column] = 1;
            return values;
        }
    }
}
