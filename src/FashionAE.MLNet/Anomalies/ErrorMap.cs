using System.Runtime.CompilerServices;

namespace FashionAE.MLNet;

/// <summary>The squared error of every pixel, the mean over the channels, and means of it over neighboring pixels.</summary>
internal static class ErrorMap
{
    /// <summary>Computes the squared error of every pixel, the mean over the channels.</summary>
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
    /// Makes the matrix [windows, size] that computes weighted means along an axis. Weights that reach over the border are left out, and
    /// the others scaled up: the means of equal values are those values.
    /// </summary>
    /// <param name="size">The length of the axis.</param>
    /// <param name="standardDeviation">That of a Gaussian, in pixels; 0 for the values themselves.</param>
    public static double[] Gaussian(int size, double standardDeviation)
    {
        var matrix = new double[size * size];
        var radius = Math.Min(size - 1, (int)Math.Ceiling(3 * standardDeviation));
        for (var row = 0; row < size; row++)
        {
            var weights = matrix.AsSpan(row * size, size);
            var sum = 0.0;
            for (var column = Math.Max(0, row - radius); column <= Math.Min(size - 1, row + radius); column++)
            {
                var distance = column == row ? 0 : (column - row) / standardDeviation;
                sum += weights[column] = Math.Exp(-distance * distance / 2);
            }
            foreach (ref var weight in weights)
                weight /= sum;
        }
        return matrix;
    }

    /// <summary>Makes the matrix [size - window + 1, size] that computes the means of all windows along an axis.</summary>
    public static double[] Windows(int size, int window)
    {
        var matrix = new double[(size - window + 1) * size];
        for (var row = 0; row <= size - window; row++)
            matrix.AsSpan(row * size + row, window).Fill(1.0 / window);
        return matrix;
    }

    /// <summary>Blurs the rows and the columns of a map.</summary>
    /// <param name="map">The map, [height, width].</param>
    /// <param name="rows">What blurs a column, a matrix [some, height] with zeros away from a band.</param>
    /// <param name="columns">What blurs a row, a matrix [others, width].</param>
    /// <param name="blurred">Gets the result, [some, others].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Blur(ReadOnlySpan<float> map, BandMatrix rows, BandMatrix columns, Span<double> blurred)
    {
        var (height, width, newWidth) = (rows.Size, columns.Size, columns.Rows);
        var along = new double[height * newWidth];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < newWidth; x++)
            {
                var (first, weights) = columns.Row(x);
                var values = map.Slice(y * width + first, weights.Length);
                var sum = 0.0;
                for (var i = 0; i < weights.Length; i++)
                    sum += weights[i] * values[i];
                along[y * newWidth + x] = sum;
            }
        for (var y = 0; y < rows.Rows; y++)
        {
            var (first, weights) = rows.Row(y);
            var target = blurred.Slice(y * newWidth, newWidth);
            target.Clear();
            for (var i = 0; i < weights.Length; i++)
            {
                var source = along.AsSpan((first + i) * newWidth, newWidth);
                var weight = weights[i];
                for (var x = 0; x < newWidth; x++)
                    target[x] += weight * source[x];
            }
        }
    }
}

/// <summary>A matrix that has values near a diagonal alone.</summary>
/// <param name="values">Its values, [rows, size].</param>
/// <param name="size">How many columns it has.</param>
internal sealed class BandMatrix(double[] values, int size)
{
    private readonly (int First, double[] Weights)[] _rows = [.. values.Chunk(size).Select(row =>
    {
        var first = Array.FindIndex(row, weight => weight != 0);
        return (first, row[first..(Array.FindLastIndex(row, weight => weight != 0) + 1)]);
    })];

    public int Size => size;

    public int Rows => _rows.Length;

    public (int First, double[] Weights) Row(int row) => _rows[row];
}
