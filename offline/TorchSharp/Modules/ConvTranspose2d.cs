using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class ConvTranspose2d : Convolution
{
    internal ConvTranspose2d(long inputs, long outputs, long kernel, long stride, long padding, long outputPadding, bool hasBias)
        : base(nameof(ConvTranspose2d), [inputs, outputs, kernel, kernel], outputs, stride, padding, hasBias) =>
        output_padding = [outputPadding, outputPadding];

    public long[] output_padding { get; set; }

    public override Tensor forward(Tensor input) =>
        nn.functional.conv_transpose2d(input, _weight, _bias, stride, padding, output_padding);
}
