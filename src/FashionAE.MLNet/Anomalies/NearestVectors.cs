using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FashionAE.MLNet;

/// <summary>
/// Finds the nearest neighbors of vectors in a sample. It computes the differences of vectors and not a matrix product, in which small
/// distances would lose most of their digits.
/// </summary>
internal sealed class NearestVectors
{
    // Each value that is read from the sample is compared with this many vectors. Their sums fit in the registers.
    private const int Side = 4;
    private const int BlockLength = 16;

    private static readonly ConditionalWeakTable<float[], NearestVectors> Made = [];

    private readonly int _size;
    private readonly int _length;
    // A block has sixteen vectors: the first value of each, then the second value of each, and so on. The blocks are read in order.
    private readonly float[] _blocks;

    private NearestVectors(float[] sample, int size)
    {
        (_size, _length) = (size, sample.Length / size);
        _blocks = new float[(_length + BlockLength - 1) / BlockLength * BlockLength * size];
        // The padding of the last block is infinitely far away.
        Array.Fill(_blocks, float.PositiveInfinity);
        for (var row = 0; row < _length; row++)
            for (var i = 0; i < size; i++)
                _blocks[(row / BlockLength * size + i) * BlockLength + row % BlockLength] = sample[row * size + i];
    }

    /// <summary>Gets the arranged form of a sample. Each array is arranged once.</summary>
    /// <param name="sample">The vectors, one after the other. The array must not change afterwards.</param>
    /// <param name="size">The length of a vector.</param>
    public static NearestVectors In(float[] sample, int size) => Made.GetValue(sample, _ => new NearestVectors(sample, size));

    /// <summary>Finds the nearest neighbors of each vector, in ascending order of their squared Euclidean distances.</summary>
    /// <param name="vectors">The vectors, one after the other.</param>
    /// <param name="count">The number of neighbors per vector, at most the number of vectors in the sample.</param>
    /// <returns>For each vector, <paramref name="count"/> pairs of an index in the sample and a squared distance.</returns>
    public (int Place, float Distance)[] Find(ReadOnlySpan<float> vectors, int count)
    {
        var rows = vectors.Length / _size;
        var found = new (int Place, float Distance)[rows * count];
        Array.Fill(found, (0, float.PositiveInfinity));
        for (var row = 0; row < rows; row += Side)
        {
            var some = Math.Min(Side, rows - row);
            FindSome(vectors.Slice(row * _size, some * _size), found.AsSpan(row * count, some * count), count);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindSome(ReadOnlySpan<float> vectors, Span<(int Place, float Distance)> found, int count)
    {
        var size = _size;
        ref var value = ref MemoryMarshal.GetArrayDataReference(_blocks);
        ref var a = ref MemoryMarshal.GetReference(vectors);
        // With fewer than four vectors, the last one is computed several times.
        var last = vectors.Length / size - 1;
        ref var b = ref Unsafe.Add(ref a, Math.Min(1, last) * size);
        ref var c = ref Unsafe.Add(ref a, Math.Min(2, last) * size);
        ref var d = ref Unsafe.Add(ref a, Math.Min(3, last) * size);
        var half = Vector256<float>.Count;
        for (var place = 0; place < _length; place += BlockLength)
        {
            Vector256<float> sumA = default, sumB = default, sumC = default, sumD = default;
            Vector256<float> nextA = default, nextB = default, nextC = default, nextD = default;
            for (var i = 0; i < size; i++)
            {
                var (low, high) = (Vector256.LoadUnsafe(ref value), Vector256.LoadUnsafe(ref value, (nuint)half));
                value = ref Unsafe.Add(ref value, BlockLength);
                var other = Vector256.Create(Unsafe.Add(ref a, i));
                (sumA, nextA) = (Add(sumA, low - other), Add(nextA, high - other));
                other = Vector256.Create(Unsafe.Add(ref b, i));
                (sumB, nextB) = (Add(sumB, low - other), Add(nextB, high - other));
                other = Vector256.Create(Unsafe.Add(ref c, i));
                (sumC, nextC) = (Add(sumC, low - other), Add(nextC, high - other));
                other = Vector256.Create(Unsafe.Add(ref d, i));
                (sumD, nextD) = (Add(sumD, low - other), Add(nextD, high - other));
            }
            Keep(sumA, nextA, place, found[..count]);
            if (last > 0)
                Keep(sumB, nextB, place, found.Slice(count, count));
            if (last > 1)
                Keep(sumC, nextC, place, found.Slice(2 * count, count));
            if (last > 2)
                Keep(sumD, nextD, place, found.Slice(3 * count, count));
        }
    }

    // The result of a fused multiply-add has the same bits on every processor.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> sum, Vector256<float> difference) =>
        Vector256.FusedMultiplyAdd(difference, difference, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector256<float> low, Vector256<float> high, int place, Span<(int Place, float Distance)> nearest)
    {
        var farthest = Vector256.Create(nearest[^1].Distance);
        if (!Vector256.LessThanAny(Vector256.Min(low, high), farthest))
            return;
        Keep(low, Vector256.LessThan(low, farthest).ExtractMostSignificantBits(), place, nearest);
        Keep(high, Vector256.LessThan(high, farthest).ExtractMostSignificantBits(), place + Vector256<float>.Count, nearest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Keep(Vector256<float> distances, uint nearer, int place, Span<(int Place, float Distance)> nearest)
    {
        for (; nearer != 0; nearer &= nearer - 1)
        {
            var lane = BitOperations.TrailingZeroCount(nearer);
            var distance = distances.GetElement(lane);
            var i = nearest.Length - 1;
            if (!(distance < nearest[i].Distance))
                continue;
            for (; i > 0 && nearest[i - 1].Distance > distance; i--)
                nearest[i] = nearest[i - 1];
            nearest[i] = (place + lane, distance);
        }
    }
}
