using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Conv2d : Convolution
{
    internal Conv2d(long inputs, long outputs, long kernel, long stride, long padding, bool hasBias)
        : base(nameof(Conv2d), [outputs, inputs, kernel, kernel], outputs, stride, padding, hasBias)
    {
    }

    public override Tensor forward(Tensor input) => nn.functional.conv2d(input, _weight, _bias, stride, padding);
}
