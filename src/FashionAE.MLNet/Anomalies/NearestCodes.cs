using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FashionAE.MLNet;

/// <summary>
/// Finds the latent vectors of a sample that are nearest to others: by differences, not by a matrix product, which would lose most digits
/// of small distances, and in which latent vectors of a few values leave nothing to gain.
/// </summary>
internal static class NearestCodes
{
    // As many as keep their sums in registers while a value of the sample is read once for all of them.
    private const int Side = 4;

    /// <summary>Computes the squared Euclidean distances to the nearest ones, in ascending order.</summary>
    /// <param name="codes">The latent vectors, one after the other.</param>
    /// <param name="sample">The sample: the first value of each of its vectors, then the second value of each, and so on.</param>
    /// <param name="size">The length of a latent vector.</param>
    /// <param name="distances">Gets the distances, as many for each latent vector.</param>
    /// <param name="count">How many of the nearest ones are wanted, no more than the sample has.</param>
    public static void Find(ReadOnlySpan<float> codes, float[] sample, int size, Span<double> distances, int count)
    {
        var rows = codes.Length / size;
        var nearest = new float[Side * count];
        for (var row = 0; row < rows; row += Side)
        {
            var some = Math.Min(Side, rows - row);
            FindSome(codes.Slice(row * size, some * size), sample, size, nearest, count);
            for (var i = 0; i < some * count; i++)
                distances[row * count + i] = nearest[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindSome(ReadOnlySpan<float> codes, float[] sample, int size, float[] nearest, int count)
    {
        Array.Fill(nearest, float.PositiveInfinity);
        var length = sample.Length / size;
        ref var values = ref MemoryMarshal.GetArrayDataReference(sample);
        ref var first = ref MemoryMarshal.GetReference(codes);
        // Fewer rows than four are computed with the last one again.
        var last = codes.Length / size - 1;
        ref var b = ref Unsafe.Add(ref first, Math.Min(1, last) * size);
        ref var c = ref Unsafe.Add(ref first, Math.Min(2, last) * size);
        ref var d = ref Unsafe.Add(ref first, Math.Min(3, last) * size);
        var place = 0;
        for (; place <= length - Vector256<float>.Count; place += Vector256<float>.Count)
        {
            var (sumA, sumB, sumC, sumD) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            for (var i = 0; i < size; i++)
            {
                var value = Vector256.LoadUnsafe(ref values, (nuint)(i * length + place));
                sumA = Add(sumA, value, Unsafe.Add(ref first, i));
                sumB = Add(sumB, value, Unsafe.Add(ref b, i));
                sumC = Add(sumC, value, Unsafe.Add(ref c, i));
                sumD = Add(sumD, value, Unsafe.Add(ref d, i));
            }
            Keep(sumA, nearest.AsSpan(0, count));
            Keep(sumB, nearest.AsSpan(count, count));
            Keep(sumC, nearest.AsSpan(2 * count, count));
            Keep(sumD, nearest.AsSpan(3 * count, count));
        }
        for (; place < length; place++)
            for (var row = 0; row <= last; row++)
            {
                var sum = 0f;
                for (var i = 0; i < size; i++)
                {
                    var difference = sample[i * length + place] - codes[row * size + i];
                    sum = float.FusedMultiplyAdd(difference, difference, sum);
                }
                Keep(sum, nearest.AsSpan(row * count, count));
            }
    }

    // A fused multiplication has the same bits on every processor.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> sum, Vector256<float> value, float code)
    {
        var difference = value - Vector256.Create(code);
        return Vector256.FusedMultiplyAdd(difference, difference, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector256<float> distances, Span<float> nearest)
    {
        if (Vector256.LessThanAny(distances, Vector256.Create(nearest[^1])))
            for (var i = 0; i < Vector256<float>.Count; i++)
                Keep(distances[i], nearest);
    }

    private static void Keep(float distance, Span<float> nearest)
    {
        var place = nearest.Length - 1;
        if (!(distance < nearest[place]))
            return;
        for (; place > 0 && nearest[place - 1] > distance; place--)
            nearest[place] = nearest[place - 1];
        nearest[place] = distance;
    }
}
