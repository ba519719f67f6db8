using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FashionAE.MLNet;

/// <summary>
/// Finds the vectors of a sample that are nearest to others: by differences, not by a matrix product, in which small distances would lose
/// most of their digits.
/// </summary>
internal static class NearestVectors
{
    // As many as keep their sums in registers while a value of the sample is read once for all of them.
    private const int Side = 4;

    /// <summary>Computes the squared Euclidean distances to the nearest ones, in ascending order.</summary>
    /// <param name="vectors">The vectors, one after the other.</param>
    /// <param name="sample">The sample: the first value of each of its vectors, then the second value of each, and so on.</param>
    /// <param name="size">The length of a vector.</param>
    /// <param name="count">How many of the nearest ones are wanted, no more than the sample has.</param>
    /// <returns>As many for each vector: which one of the sample it is, and the squared distance.</returns>
    public static (int Place, float Distance)[] Find(ReadOnlySpan<float> vectors, float[] sample, int size, int count)
    {
        var rows = vectors.Length / size;
        var found = new (int Place, float Distance)[rows * count];
        Array.Fill(found, (0, float.PositiveInfinity));
        for (var row = 0; row < rows; row += Side)
        {
            var some = Math.Min(Side, rows - row);
            FindSome(vectors.Slice(row * size, some * size), sample, size, found.AsSpan(row * count, some * count), count);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindSome(
        ReadOnlySpan<float> vectors, float[] sample, int size, Span<(int Place, float Distance)> found, int count)
    {
        var length = sample.Length / size;
        ref var values = ref MemoryMarshal.GetArrayDataReference(sample);
        ref var a = ref MemoryMarshal.GetReference(vectors);
        // Fewer than four are computed with the last one again.
        var last = vectors.Length / size - 1;
        ref var b = ref Unsafe.Add(ref a, Math.Min(1, last) * size);
        ref var c = ref Unsafe.Add(ref a, Math.Min(2, last) * size);
        ref var d = ref Unsafe.Add(ref a, Math.Min(3, last) * size);
        var place = 0;
        for (; place <= length - Vector256<float>.Count; place += Vector256<float>.Count)
        {
            var (sumA, sumB, sumC, sumD) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            for (var i = 0; i < size; i++)
            {
                var value = Vector256.LoadUnsafe(ref values, (nuint)(i * length + place));
                sumA = Add(sumA, value, Unsafe.Add(ref a, i));
                sumB = Add(sumB, value, Unsafe.Add(ref b, i));
                sumC = Add(sumC, value, Unsafe.Add(ref c, i));
                sumD = Add(sumD, value, Unsafe.Add(ref d, i));
            }
            Keep(sumA, place, found[..count]);
            if (last > 0)
                Keep(sumB, place, found.Slice(count, count));
            if (last > 1)
                Keep(sumC, place, found.Slice(2 * count, count));
            if (last > 2)
                Keep(sumD, place, found.Slice(3 * count, count));
        }
        for (; place < length; place++)
            for (var row = 0; row <= last; row++)
            {
                var sum = 0f;
                for (var i = 0; i < size; i++)
                {
                    var difference = sample[i * length + place] - vectors[row * size + i];
                    sum = float.FusedMultiplyAdd(difference, difference, sum);
                }
                Keep(sum, place, found.Slice(row * count, count));
            }
    }

    // A fused multiplication has the same bits on every processor.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> sum, Vector256<float> value, float other)
    {
        var difference = value - Vector256.Create(other);
        return Vector256.FusedMultiplyAdd(difference, difference, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector256<float> distances, int place, Span<(int Place, float Distance)> nearest)
    {
        if (Vector256.LessThanAny(distances, Vector256.Create(nearest[^1].Distance)))
            for (var i = 0; i < Vector256<float>.Count; i++)
                Keep(distances[i], place + i, nearest);
    }

    private static void Keep(float distance, int place, Span<(int Place, float Distance)> nearest)
    {
        var i = nearest.Length - 1;
        if (!(distance < nearest[i].Distance))
            return;
        for (; i > 0 && nearest[i - 1].Distance > distance; i--)
            nearest[i] = nearest[i - 1];
        nearest[i] = (place, distance);
    }
}
