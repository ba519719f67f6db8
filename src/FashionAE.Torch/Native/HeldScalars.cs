using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Arithmetic with numbers that stay alive while libtorch reads them. TorchSharp 0.107 turns a number into an object and does not keep it
/// until the native call is over: a garbage collection that another thread begins at that moment frees it, and the call fails at random
/// ("Unknown scalar type"). A sum of tensors takes such a number, too, the factor of the second.
/// </summary>
internal static class HeldScalars
{
    private static readonly Scalar One = 1.ToScalar();

    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    /// <summary>Adds 1 in place.</summary>
    public static Tensor Increment_(this Tensor tensor) => tensor.add_(One, One);

    public static Tensor Plus(this Tensor tensor, double number)
    {
        using var held = number.ToScalar();
        return tensor.add(held, One);
    }

    public static Tensor Times(this Tensor tensor, double number)
    {
        using var held = number.ToScalar();
        return tensor.mul(held);
    }

    /// <summary>Adds another tensor times a number, in place.</summary>
    public static Tensor Plus_(this Tensor tensor, Tensor other, double factor = 1)
    {
        using var held = factor.ToScalar();
        return tensor.add_(other, held);
    }

    public static Tensor Times_(this Tensor tensor, double number)
    {
        using var held = number.ToScalar();
        return tensor.mul_(held);
    }

    public static Tensor Minus_(this Tensor tensor, double number)
    {
        using var held = number.ToScalar();
        return tensor.sub_(held);
    }

    public static Tensor DividedBy_(this Tensor tensor, double number)
    {
        using var held = number.ToScalar();
        return tensor.div_(held);
    }

    public static Tensor Clamp_(this Tensor tensor, double least, double most)
    {
        using var min = least.ToScalar();
        using var max = most.ToScalar();
        return tensor.clamp_(min, max);
    }

    public static Tensor EqualTo(this Tensor tensor, long number)
    {
        using var held = number.ToScalar();
        return tensor.eq(held);
    }
}
