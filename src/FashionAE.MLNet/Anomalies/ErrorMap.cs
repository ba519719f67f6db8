using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FashionAE.MLNet;

/// <summary>
/// Computes error maps (the squared error of every pixel, averaged over the channels) and their means over neighboring pixels.
/// </summary>
internal static class ErrorMap
{
    /// <summary>Computes the squared error of every pixel, averaged over the channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(ReadOnlySpan<float> image, ReadOnlySpan<float> reconstruction, Span<float> map)
    {
        if (image.Length == map.Length)
        {
            ReconstructionScores.SquaredError(image, reconstruction, map);
            return;
        }
        var channels = image.Length / map.Length;
        for (var i = 0; i < map.Length; i++)
        {
            var sum = 0.0;
            for (var channel = i; channel < image.Length; channel += map.Length)
            {
                var difference = (double)image[channel] - reconstruction[channel];
                sum += difference * difference;
            }
            map[i] = (float)(sum / channels);
        }
    }

    /// <summary>
    /// Creates the matrix [size, size] that smooths values along an axis. Weights beyond the border are left out and the others are scaled
    /// up, so that the mean of equal values is that value.
    /// </summary>
    /// <param name="size">The length of the axis.</param>
    /// <param name="standardDeviation">The standard deviation of the Gaussian, in pixels. With 0 the values stay as they are.</param>
    public static BandMatrix Gaussian(int size, double standardDeviation)
    {
        var radius = Math.Min(size - 1, (int)Math.Ceiling(3 * standardDeviation));
        return new BandMatrix(size, Enumerable.Range(0, size).Select(row =>
        {
            var first = Math.Max(0, row - radius);
            var weights = new double[Math.Min(size - 1, row + radius) - first + 1];
            var sum = 0.0;
            for (var i = 0; i < weights.Length; i++)
            {
                var distance = first + i == row ? 0 : (first + i - row) / standardDeviation;
                sum += weights[i] = Math.Exp(-distance * distance / 2);
            }
            return (first, Array.ConvertAll(weights, weight => weight / sum));
        }));
    }

    /// <summary>Creates the matrix [size - window + 1, size] that computes the means of all windows along an axis.</summary>
    public static BandMatrix Windows(int size, int window) => new(
        size, Enumerable.Range(0, size - window + 1).Select(first => BandMatrix.Mean(first, window)));

    /// <summary>Multiplies each error by a weight.</summary>
    /// <param name="map">The errors.</param>
    /// <param name="weights">The weights, or null if the errors are not weighted.</param>
    /// <param name="weighted">Receives the weighted errors.</param>
    /// <returns>The weighted errors, or the map itself if <paramref name="weights"/> is null.</returns>
    public static ReadOnlySpan<float> Weigh(ReadOnlySpan<float> map, float[]? weights, float[] weighted)
    {
        if (weights is null)
            return map;
        TensorPrimitives.Multiply(map, weights, weighted);
        return weighted;
    }

    /// <summary>Computes the largest mean error of a square window that moves over a map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double LargestMean(ReadOnlySpan<float> map, int width, int window)
    {
        // The sum of each column over the rows of the window. When the window moves, one row is added and one is subtracted.
        var columns = new double[width];
        var largest = double.NegativeInfinity;
        for (var y = 0; y < map.Length / width; y++)
        {
            var row = map.Slice(y * width, width);
            for (var x = 0; x < row.Length; x++)
                columns[x] += row[x];
            if (y >= window)
            {
                row = map.Slice((y - window) * width, width);
                for (var x = 0; x < row.Length; x++)
                    columns[x] -= row[x];
            }
            if (y < window - 1)
                continue;
            var sum = 0.0;
            for (var x = 0; x < columns.Length; x++)
            {
                sum += columns[x];
                if (x >= window)
                    sum -= columns[x - window];
                if (x >= window - 1 && sum > largest)
                    largest = sum;
            }
        }
        return largest / ((double)window * window);
    }

    /// <summary>Computes weighted means of a map along both axes.</summary>
    /// <param name="map">The map, [height, width].</param>
    /// <param name="rows">The weights along the height, a matrix [R, height].</param>
    /// <param name="columns">The weights along the width, a matrix [S, width].</param>
    /// <param name="means">Receives the result, [R, S].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Blur(ReadOnlySpan<float> map, BandMatrix rows, BandMatrix columns, Span<double> means)
    {
        var (width, newWidth) = (columns.Size, columns.Rows);
        var rented = ArrayPool<double>.Shared.Rent(map.Length + width);
        var values = rented.AsSpan(0, map.Length);
        var line = rented.AsSpan(map.Length, width);
        for (var i = 0; i < map.Length; i++)
            values[i] = map[i];
        for (var y = 0; y < rows.Rows; y++)
        {
            var (top, weights) = rows.Row(y);
            line.Clear();
            for (var i = 0; i < weights.Length; i++)
                Add(line, values.Slice((top + i) * width, width), weights[i]);
            var target = means.Slice(y * newWidth, newWidth);
            target.Clear();
            for (var x = 0; x < width; x++)
            {
                var (left, spread) = columns.Column(x);
                Add(target.Slice(left, spread.Length), spread, line[x]);
            }
        }
        ArrayPool<double>.Shared.Return(rented);
    }

    /// <summary>Adds values, multiplied by a factor, to sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Span<double> sums, ReadOnlySpan<double> values, double factor)
    {
        ref var sum = ref MemoryMarshal.GetReference(sums);
        ref var value = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i <= sums.Length - Vector256<double>.Count; i += Vector256<double>.Count)
            (Vector256.LoadUnsafe(ref sum, (nuint)i) + Vector256.LoadUnsafe(ref value, (nuint)i) * factor).StoreUnsafe(ref sum, (nuint)i);
        for (; i < sums.Length; i++)
            sums[i] += values[i] * factor;
    }
}
