using System.Numerics.Tensors;

namespace FashionAE.MLNet;

/// <summary>Bytes as numbers in [0, 1].</summary>
internal static class ByteValues
{
    /// <summary>Gets b / 255 for every byte b, in single precision: what training makes of bytes, too.</summary>
    public static float[] InUnitRange { get; } = Array.ConvertAll(Enumerable.Range(0, 256).ToArray(), b => b / 255f);

    /// <summary>Makes the same numbers of many bytes.</summary>
    public static void ToUnitRange(ReadOnlySpan<byte> bytes, Span<float> numbers)
    {
        TensorPrimitives.ConvertTruncating(bytes, numbers);
        TensorPrimitives.Divide(numbers, byte.MaxValue, numbers);
    }
}
