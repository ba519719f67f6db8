using System.Numerics.Tensors;

namespace FashionAE.MLNet;

/// <summary>Converts bytes to values in [0, 1].</summary>
internal static class ByteValues
{
    /// <summary>Gets b / 255 for each byte b, in single precision, as training computes it.</summary>
    public static float[] InUnitRange { get; } = Array.ConvertAll(Enumerable.Range(0, 256).ToArray(), b => b / 255f);

    /// <summary>Converts bytes to their values in <see cref="InUnitRange"/>.</summary>
    public static void ToUnitRange(ReadOnlySpan<byte> bytes, Span<float> numbers)
    {
        TensorPrimitives.ConvertTruncating(bytes, numbers);
        TensorPrimitives.Divide(numbers, byte.MaxValue, numbers);
    }
}
