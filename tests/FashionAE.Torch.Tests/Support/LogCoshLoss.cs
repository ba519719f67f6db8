using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>A custom loss: ln(cosh(d)), which equals ln(e^d + e^-d) - ln(2).</summary>
public sealed record LogCoshLoss : ElementwiseLoss
{
    private static readonly Scalar Ln2 = Math.Log(2).ToScalar();

    protected override Tensor Elements(Tensor output, Tensor target)
    {
        var difference = output.sub(target);
        return difference.logaddexp(difference.neg()).sub(Ln2);
    }
}
