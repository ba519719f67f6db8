using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Provides arithmetic with scalars that stay alive during the native call. TorchSharp 0.107 converts a number to an object that may be
/// collected before the call ends. If another thread starts a garbage collection at that moment, the call fails ("Unknown scalar type").
/// This also affects sums of tensors, because the second tensor has a scalar factor. A test finds arithmetic that does not use this class.
/// </summary>
internal static class HeldScalars
{
    private static readonly Scalar One = 1.ToScalar();

    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    public static Tensor Increment_(this Tensor tensor) => tensor.add_(One, One);

    public static Tensor Plus(this Tensor tensor, double number) => Hold(number, held => tensor.add(held, One));

    public static Tensor Times(this Tensor tensor, double number) => Hold(number, tensor.mul);

    /// <summary>Adds another tensor, multiplied by a factor, in place.</summary>
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
