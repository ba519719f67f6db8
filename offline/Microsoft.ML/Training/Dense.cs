using System.Numerics;

namespace Microsoft.ML.Trainers;

/// <summary>Sums over dense vectors of features, several numbers at a time. What is summed over rows is double.</summary>
internal static class Dense
{
    public static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<double> right)
    {
        var (sums, i) = (Vector<double>.Zero, 0);
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(left[i..]), out var low, out var high);
            sums += low * new Vector<double>(right[i..]) + high * new Vector<double>(right[(i + Vector<double>.Count)..]);
        }
        var sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    public static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var (sums, i) = (Vector<double>.Zero, 0);
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(left[i..]), out var low, out var high);
            Vector.Widen(new Vector<float>(right[i..]), out var otherLow, out var otherHigh);
            sums += low * otherLow + high * otherHigh;
        }
        var sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
            sum += (double)left[i] * right[i];
        return sum;
    }

    public static float SquaredDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var (sums, i) = (Vector<float>.Zero, 0);
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var difference = new Vector<float>(left[i..]) - new Vector<float>(right[i..]);
            sums += difference * difference;
        }
        var sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return sum;
    }

    /// <summary>Adds a multiple of a vector to sums.</summary>
    public static void AddScaled(ReadOnlySpan<float> vector, double scale, Span<double> sums)
    {
        var (scales, i) = (new Vector<double>(scale), 0);
        for (; i <= vector.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(vector[i..]), out var low, out var high);
            (new Vector<double>(sums[i..]) + low * scales).CopyTo(sums[i..]);
            var next = sums[(i + Vector<double>.Count)..];
            (new Vector<double>(next) + high * scales).CopyTo(next);
        }
        for (; i < vector.Length; i++)
            sums[i] += scale * vector[i];
    }
}
