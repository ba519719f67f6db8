using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Arithmetic with numbers that stay alive while libtorch reads them. TorchSharp 0.107 turns a number into an object and does not keep it
/// until the native call is over: a garbage collection that another thread begins at that moment frees it, and the call fails at random
/// ("Unknown scalar type"). A sum of tensors takes such a number, too, the factor of the second. A test finds what is computed without.
/// </summary>
internal static class HeldScalars
{
    private static readonly Scalar One = 1.ToScalar();

    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    public static Tensor Increment_(this Tensor tensor) => tensor.add_(One, One);

    public static Tensor Plus(this Tensor tensor, double number) => Hold(number, held => tensor.add(held, One));

    public static Tensor Times(this Tensor tensor, double number) => Hold(number, tensor.mul);

    /// <summary>Adds another tensor times a number, in place.</summary>
    public static Tensor Plus_(this Tensor tensor, Tensor other, double factor = 1) => Hold(factor, held => tensor.add_(other, held));

    public static Tensor Times_(this Tensor tensor, double number) => Hold(number, tensor.mul_);

    public static Tensor Minus_(this Tensor tensor, double number) => Hold(number, tensor.sub_);

    public static Tensor DividedBy_(this Tensor tensor, double number) => Hold(number, held => tensor.div_(held));

    public static Tensor Clamp_(this Tensor tensor, double least, double most) =>
        Hold(least, min => Hold(most, max => tensor.clamp_(min, max)));

    public static Tensor Clamp(this Tensor tensor, double least, double most) =>
        Hold(least, min => Hold(most, max => tensor.clamp(min, max)));

    public static Tensor MaskedFill(this Tensor tensor, Tensor mask, double number) => Hold(number, held => tensor.masked_fill(mask, held));

    public static Tensor LeakyRelu(this Tensor tensor, double slope) => Hold(slope, tensor.leaky_relu);

    public static Tensor Elu(this Tensor tensor, double alpha) => Hold(alpha, held => tensor.elu(held, One, One));

    private static Tensor Hold(double number, Func<Scalar, Tensor> compute)
    {
        using var held = number.ToScalar();
        return compute(held);
    }
}
