using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Models;

/// <summary>
/// PyTorch's ConvTranspose2d with a 3x3 kernel, stride 2 and padding 1, with the same weights. On the CPU it is computed in
/// sub-pixel form (after Shi et al. 2016): one matrix product applies all nine entries of the kernel to every input pixel, and each
/// output 2x2 block gathers its nine products from its own pixel and its neighbours to the right and below.
/// </summary>
/// <remarks>
/// Output (2i + a, 2j + b) is, along each axis, entry 1 of input i where a is 0; entry 2 of input i and entry 0 of input i + 1 where a is 1.
/// </remarks>
public sealed class StridedConvTranspose2d : nn.Module<Tensor, Tensor>
{
    // RegisterComponents takes the names of the parameters from the fields.
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _height;
    private readonly int _width;

    /// <summary>Initializes a new instance of the <see cref="StridedConvTranspose2d"/> class with PyTorch's initial weights.</summary>
    /// <param name="inputs">The number of input channels.</param>
    /// <param name="outputs">The number of output channels.</param>
    /// <param name="height">The height of the output: twice that of the input, or one less.</param>
    /// <param name="width">The width of the output: twice that of the input, or one less.</param>
    public StridedConvTranspose2d(int inputs, int outputs, int height, int width)
        : base("ConvTranspose2d")
    {
        (_inputs, _outputs, _height, _width) = (inputs, outputs, height, width);
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
        using var scope = NewDisposeScope();
        // cuDNN has a fast path for the transposed form.
        if (input.is_cuda)
            return nn.functional.conv_transpose2d(input, weight, bias, [2, 2], [1, 1], [1 - _height % 2, 1 - _width % 2]).MoveToOuterDisposeScope();
        var blocks = _outputs == 1 ? OneChannel(input) : ChannelsLast(input);
        return blocks.narrow(2, 0, _height).narrow(3, 0, _width).MoveToOuterDisposeScope();
    }

    /// <summary>Keeps channels together in memory, which suits all but very few of them.</summary>
    private Tensor ChannelsLast(Tensor input)
    {
        var (count, height, width, o) = (input.shape[0], input.shape[2], input.shape[3], (long)_outputs);
        var entries = KernelEntries().transpose(1, 2).reshape(_inputs, 9 * o);
        var pixels = input.permute(0, 2, 3, 1).reshape(-1, _inputs);
        var products = pixels.matmul(entries).reshape(count, height, width, 9 * o).split([o, o, o, o, 2 * o, 2 * o, o], 3);

        // A negative pad drops the first column (or row), a positive one puts zeros after the last.
        var right = nn.functional.pad(products[4], [0, 0, -1, 1]).split([o, o], 3);
        var below = nn.functional.pad(products[5], [0, 0, 0, 0, -1, 1]).split([o, o], 3);
        var diagonal = nn.functional.pad(products[6], [0, 0, -1, 1, -1, 1]);
        var corners = stack([products[0], products[1] + right[0], products[2] + below[0], products[3] + right[1] + below[1] + diagonal], 3);
        // Only the shape is that of [N, C, H, W]: the next layer of this kind takes the memory as it is.
        var blocks = (corners + bias).reshape(count, height, width, 2, 2, o).permute(0, 1, 3, 2, 4, 5);
        return blocks.reshape(count, 2 * height, 2 * width, o).permute(0, 3, 1, 2);
    }

    /// <summary>Keeps rows together in memory instead.</summary>
    private Tensor OneChannel(Tensor input)
    {
        var (count, height, width) = (input.shape[0], input.shape[2], input.shape[3]);
        var entries = KernelEntries().reshape(_inputs, 9).transpose(0, 1);
        var pixels = input.permute(0, 2, 3, 1).reshape(-1, _inputs).transpose(0, 1);
        var products = entries.matmul(pixels).reshape(9, count, height, width).split([1, 1, 1, 1, 2, 2, 1], 0);

        var right = nn.functional.pad(products[4], [-1, 1]).split([1, 1], 0);
        var below = nn.functional.pad(products[5], [0, 0, -1, 1]).split([1, 1], 0);
        var diagonal = nn.functional.pad(products[6], [-1, 1, -1, 1]);
        var corners = cat([products[0], products[1] + right[0], products[2] + below[0], products[3] + right[1] + below[1] + diagonal], 0);
        return nn.functional.pixel_shuffle(corners.transpose(0, 1) + bias, 2);
    }

    /// <summary>
    /// [inputs, outputs, 9]: for the corners (0, 0), (0, 1), (1, 0), (1, 1) of a block the entries of its own pixel; of the right
    /// neighbour for (0, 1), (1, 1); of the one below for (1, 0), (1, 1); of the diagonal one for (1, 1).
    /// </summary>
    private Tensor KernelEntries()
    {
        return cat([Part(1, 2, 1, 2), Part(1, 2, 0, 1), Part(0, 1, 1, 2), Part(0, 1, 0, 1)], 2);

        Tensor Part(int row, int rows, int column, int columns) =>
            weight.narrow(2, row, rows).narrow(3, column, columns).reshape(_inputs, _outputs, rows * columns);
    }
}
