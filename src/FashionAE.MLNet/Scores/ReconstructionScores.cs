using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FashionAE.MLNet;

/// <summary>
/// Computes the scores of one reconstruction in double precision, without libtorch, as <see cref="ImageQuality"/> defines them. The order
/// of operations depends only on the shape. The same images therefore have the same scores, bit for bit, in any batch and with any number
/// of threads.
/// </summary>
/// <remarks>
/// The loops are compiled once, with all optimizations. The runtime first compiles TensorPrimitives without optimizations: with
/// TensorPrimitives, the similarity of the first 50,000 images took up to ten times as long as that of later ones.
/// </remarks>
internal static class ReconstructionScores
{
    private const int Window = ImageQuality.SimilarityWindow;

    // The number of pixels in a band, whose windows are compared together. The intermediate values fit in the processor's cache.
    private const int BandSize = 4096;

    /// <summary>Computes a score with one value per image.</summary>
    public static double Compute(ImageScore score, ReadOnlySpan<float> x, ReadOnlySpan<float> y, InputShape shape) => score switch
    {
        ImageScore.MeanSquaredError => MeanSquaredError(x, y),
        ImageScore.PeakSignalToNoiseRatio => PeakSignalToNoiseRatio(MeanSquaredError(x, y)),
        ImageScore.StructuralSimilarity => StructuralSimilarity(x, y, shape),
        _ => throw new ArgumentOutOfRangeException(nameof(score), score, "This score does not have a single value per image."),
    };

    /// <summary>Computes the mean of the squared differences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double MeanSquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var errors = SquaredErrors(x[i..], y[i..]);
            (low, high) = (low + errors.Low, high + errors.High);
        }
        var sum = Vector256.Sum(low + high);
        for (; i < x.Length; i++)
            sum += SquaredError(x[i], y[i]);
        return sum / x.Length;
    }

    /// <summary>Computes the squared difference of each value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> errors)
    {
        var i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (low, high) = SquaredErrors(x[i..], y[i..]);
            Vector256.Narrow(low, high).CopyTo(errors[i..]);
        }
        for (; i < x.Length; i++)
            errors[i] = (float)SquaredError(x[i], y[i]);
    }

    /// <summary>Computes the peak signal-to-noise ratio of a mean squared error, in decibels, for the peak 1.</summary>
    /// <returns>The ratio; positive infinity for 0. It is never -0, which would be printed with its sign.</returns>
    public static double PeakSignalToNoiseRatio(double error) => -10 * Math.Log10(error) + 0;

    /// <summary>
    /// Computes the structural similarity: the mean over all windows inside the image and over the channels. The image must have at least
    /// 11x11 pixels.
    /// </summary>
    public static double StructuralSimilarity(ReadOnlySpan<float> x, ReadOnlySpan<float> y, InputShape shape)
    {
        var (channels, height, width) = (shape.Channels, shape.Height, shape.Width);
        var windows = height - Window + 1;
        // Smaller bands would read too many rows twice.
        var band = Math.Max(Window, BandSize / width);
        var sum = 0.0;
        for (var channel = 0; channel < channels; channel++)
            for (var top = 0; top < windows; top += band)
            {
                var rows = Math.Min(band, windows - top) + Window - 1;
                var (start, length) = ((channel * height + top) * width, rows * width);
                sum += SimilarityOfBand(x.Slice(start, length), y.Slice(start, length), width);
            }
        return sum / ((double)channels * windows * (width - Window + 1));
    }

    /// <summary>Computes the sum of the similarities of all windows inside some rows of one channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SimilarityOfBand(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int width)
    {
        // Four planes one after the other: x, y, x^2 + y^2 and 2xy. They are blurred along the columns, then along the rows.
        var (size, blurredSize) = (x.Length, x.Length - (Window - 1) * width);
        var rented = ArrayPool<double>.Shared.Rent(4 * (size + 2 * blurredSize) + Window - 1);
        var planes = rented.AsSpan(0, 4 * size);
        var blurred = rented.AsSpan(4 * size, 4 * blurredSize + Window - 1);
        var windows = rented.AsSpan(planes.Length + blurred.Length, 4 * blurredSize);
        for (var i = 0; i < x.Length; i++)
        {
            var (a, b) = ((double)x[i], (double)y[i]);
            (planes[i], planes[size + i], planes[2 * size + i], planes[3 * size + i]) = (a, b, a * a + b * b, 2 * a * b);
        }
        for (var plane = 0; plane < 4; plane++)
            Blur(planes.Slice(plane * size, size), width, blurred.Slice(plane * blurredSize, blurredSize));
        // Sums that cross the end of a row or of the array are meaningless and are not read.
        Blur(blurred, 1, windows);

        var sum = 0.0;
        for (var start = 0; start < blurredSize; start += width)
            for (var i = start; i < start + width - Window + 1; i++)
                sum += Similarity(
                    windows[i], windows[blurredSize + i], windows[2 * blurredSize + i], windows[3 * blurredSize + i]);
        ArrayPool<double>.Shared.Return(rented);
        return sum;
    }

    /// <summary>Computes weighted sums of eleven values at a distance of <paramref name="step"/> from each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blur(ReadOnlySpan<double> values, int step, Span<double> sums)
    {
        var weights = ImageQuality.WindowWeights;
        var (w0, w1, w2, w3, w4, w5) = (weights[0], weights[1], weights[2], weights[3], weights[4], weights[5]);
        for (var i = 0; i < sums.Length; i += Vector256<double>.Count)
        {
            // If the length is not a multiple of the vector size, the last sums overlap with the previous ones.
            var first = Math.Min(i, sums.Length - Vector256<double>.Count);
            ref var value = ref MemoryMarshal.GetReference(values.Slice(first, (Window - 1) * step + Vector256<double>.Count));
            var sum = Pair(ref value, 0, step) * w0 + Pair(ref value, 1, step) * w1 + Pair(ref value, 2, step) * w2
                + Pair(ref value, 3, step) * w3 + Pair(ref value, 4, step) * w4
                + Vector256.LoadUnsafe(ref value, (nuint)(5 * step)) * w5;
            sum.CopyTo(sums[first..]);
        }
    }

    /// <summary>Adds the values with the same weight, on both sides of the middle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Pair(ref double value, int place, int step) =>
        Vector256.LoadUnsafe(ref value, (nuint)(place * step)) + Vector256.LoadUnsafe(ref value, (nuint)((Window - 1 - place) * step));

    /// <summary>
    /// Computes the similarity of a window from the means of x, y, x^2 + y^2 and 2xy. It is exactly 1 if x and y are equal.
    /// </summary>
    private static double Similarity(double meanX, double meanY, double squares, double product)
    {
        var (meanSquares, meanProduct) = (meanX * meanX + meanY * meanY, 2 * meanX * meanY);
        return (meanProduct + ImageQuality.C1) * (product - meanProduct + ImageQuality.C2)
            / ((meanSquares + ImageQuality.C1) * (squares - meanSquares + ImageQuality.C2));
    }

    /// <summary>Computes the squared differences of the first eight values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Low, Vector256<double> High) SquaredErrors(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var (lowX, highX) = Vector256.Widen(Vector256.Create(x));
        var (lowY, highY) = Vector256.Widen(Vector256.Create(y));
        var (low, high) = (lowX - lowY, highX - highY);
        return (low * low, high * high);
    }

    private static double SquaredError(float x, float y)
    {
        var difference = (double)x - y;
        return difference * difference;
    }
}
