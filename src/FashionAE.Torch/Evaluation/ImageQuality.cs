using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Compares reconstructions with their originals, image by image, in double precision.</summary>
/// <remarks>
/// Pixels of bytes (uint8), in [0, 255], are divided by 255; those of a floating-point type or of Booleans are in [0, 1] already. The two
/// tensors may differ in type. Other integers, whose range is not known, and complex numbers, which are no pixels, are refused.
/// </remarks>
public static class ImageQuality
{
    /// <summary>The number of rows and of columns of the window of structural similarity: images must have at least as many.</summary>
    public const int SimilarityWindow = 11;

    /// <summary>Keep the similarity of dark windows from being the quotient of two rounding errors.</summary>
    internal const double C1 = 0.01 * 0.01;
    /// <inheritdoc cref="C1"/>
    internal const double C2 = 0.03 * 0.03;

    private const double Sigma = 1.5;

    /// <summary>Gets the weights of the window along an axis.</summary>
    internal static double[] WindowWeights { get; } = GaussianWeights();

    /// <summary>Computes the mean of the squared differences over all values of an image.</summary>
    /// <param name="original">The originals, [N, C, H, W]: uint8 in [0, 255], or floating point or Boolean in [0, 1].</param>
    /// <param name="reconstruction">The reconstructions, of the same shape, and of any of these types.</param>
    /// <returns>One number an image, float64 [N]; 0 for equal images, at most 1.</returns>
    /// <exception cref="ArgumentException">The shapes differ or are not those of images, or a type is another one.</exception>
    public static Tensor MeanSquaredError(Tensor original, Tensor reconstruction) =>
        Compute(ImageScore.MeanSquaredError, original, reconstruction);

    /// <summary>Computes the peak signal-to-noise ratio, 10 log10(1 / MSE), for the peak 1.</summary>
    /// <inheritdoc cref="MeanSquaredError" path="/param|/exception"/>
    /// <returns>One number an image, float64 [N], in decibels; positive infinity for equal images, 0 for black against white.</returns>
    public static Tensor PeakSignalToNoiseRatio(Tensor original, Tensor reconstruction) =>
        Compute(ImageScore.PeakSignalToNoiseRatio, original, reconstruction);

    /// <summary>
    /// Computes the structural similarity of Wang, Bovik, Sheikh and Simoncelli 2004: an 11x11 Gaussian window with sigma 1.5, K1 = 0.01,
    /// K2 = 0.03, for values in [0, 1]; the mean over the windows inside the image, of at least 11x11 pixels, and over its channels.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError" path="/param"/>
    /// <returns>One number an image, float64 [N]; 1 for equal images, at least -1.</returns>
    /// <exception cref="ArgumentException">As for <see cref="MeanSquaredError"/>, or the images are smaller than the window.</exception>
    public static Tensor StructuralSimilarity(Tensor original, Tensor reconstruction) =>
        StructuralSimilarity(original, reconstruction, ScalarType.Float64);

    /// <summary>Whether structural similarity can be told of images of a shape.</summary>
    internal static bool HasWindow(InputShape shape) => Math.Min(shape.Height, shape.Width) >= SimilarityWindow;

    /// <summary>Computes the same in another precision; a gradient goes through it.</summary>
    internal static Tensor StructuralSimilarity(Tensor original, Tensor reconstruction, ScalarType precision)
    {
        Check(original, reconstruction);
        if (Math.Min(original.shape[2], original.shape[3]) < SimilarityWindow)
            throw new ArgumentException(
                $"Structural similarity needs images of at least {SimilarityWindow}x{SimilarityWindow} pixels, "
                + $"not {original.shape[2]}x{original.shape[3]}.", nameof(original));

        using var scope = NewDisposeScope();
        var (x, y) = (InUnitRange(original, reconstruction, precision), InUnitRange(reconstruction, original, precision));
        // The window is separable: blurring is a banded matrix along each axis.
        Tensor Windows(long size) =>
            ComputeDevice.Send(tensor(WindowMatrix((int)size)).reshape(-1, size).to(precision), x.device);
        var rows = Windows(x.shape[2]);
        var columns = Windows(x.shape[3]).transpose(0, 1);
        Tensor Blur(Tensor image) => rows.matmul(image).matmul(columns);

        var (meanX, meanY) = (Blur(x), Blur(y));
        var varianceX = Blur(x * x) - meanX * meanX;
        var varianceY = Blur(y * y) - meanY * meanY;
        var covariance = Blur(x * y) - meanX * meanY;
        var luminance = (meanX * meanY).Times_(2).Plus(C1) / (meanX * meanX).Plus_(meanY * meanY).Plus(C1);
        var structure = covariance.Times(2).Plus(C2) / varianceX.Plus(varianceY).Plus(C2);
        return (luminance * structure).mean([1, 2, 3]).MoveToOuterDisposeScope();
    }

    /// <summary>[size - 10, size], row by row: row i holds the weights of the window that begins at i.</summary>
    internal static double[] WindowMatrix(int size)
    {
        var matrix = new double[(size - SimilarityWindow + 1) * size];
        for (var start = 0; start < matrix.Length; start += size + 1)
            WindowWeights.CopyTo(matrix, start);
        return matrix;
    }

    private static double[] GaussianWeights()
    {
        var weights = Enumerable.Range(-SimilarityWindow / 2, SimilarityWindow)
            .Select(i => Math.Exp(-i * i / (2 * Sigma * Sigma))).ToArray();
        var total = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / total);
    }

    /// <summary>Computes the squared difference at every value of an image: a map of where a reconstruction fails.</summary>
    /// <inheritdoc cref="MeanSquaredError" path="/param|/exception"/>
    /// <returns>One number a value, float64 [N, C, H, W] in [0, 1]; the mean over an image is its <see cref="MeanSquaredError"/>.</returns>
    public static Tensor SquaredError(Tensor original, Tensor reconstruction)
    {
        Check(original, reconstruction);
        using var scope = NewDisposeScope();
        var (x, y) = (InUnitRange(original, reconstruction, ScalarType.Float64), InUnitRange(reconstruction, original, ScalarType.Float64));
        var difference = x - y;
        return difference.mul_(difference).MoveToOuterDisposeScope();
    }

    internal static Tensor Compute(ImageScore score, Tensor original, Tensor reconstruction)
    {
        if (score == ImageScore.StructuralSimilarity)
            return StructuralSimilarity(original, reconstruction);
        using var scope = NewDisposeScope();
        return OfSquaredError(score, SquaredError(original, reconstruction)).MoveToOuterDisposeScope();
    }

    /// <summary>Computes one of the scores that follow from <see cref="SquaredError"/>; the error map is the errors themselves.</summary>
    internal static Tensor OfSquaredError(ImageScore score, Tensor errors) => score switch
    {
        ImageScore.MeanSquaredError => errors.mean([1, 2, 3]),
        // The sum with 0 makes 0 of -0, which would be printed with its sign.
        ImageScore.PeakSignalToNoiseRatio => errors.mean([1, 2, 3]).log10().Times_(-10).Plus(0),
        ImageScore.SquaredError => errors,
        _ => throw new ArgumentOutOfRangeException(nameof(score), score, "This score does not follow from squared errors."),
    };

    private static void Check(Tensor original, Tensor reconstruction)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(reconstruction);
        if (original.ndim != 4 || !original.shape.SequenceEqual(reconstruction.shape))
            throw new ArgumentException(
                "Originals and reconstructions must both be [N, C, H, W], "
                + $"not [{string.Join(", ", original.shape)}] and [{string.Join(", ", reconstruction.shape)}].", nameof(reconstruction));
        foreach (var (images, name) in new[] { (original, nameof(original)), (reconstruction, nameof(reconstruction)) })
            if (!images.is_floating_point() && images.dtype is not (ScalarType.Byte or ScalarType.Bool))
                throw new ArgumentException(
                    $"The images are {images.dtype}, which says nothing about the range of pixels: "
                    + "use uint8 in [0, 255], or a floating-point type in [0, 1] (divide by the value of white).", name);
    }

    /// <summary>Converts images to numbers in [0, 1] of a precision.</summary>
    private static Tensor InUnitRange(Tensor images, Tensor other, ScalarType precision)
    {
        if (images.dtype != ScalarType.Byte)
            return images.to(precision);
        // Beside numbers in single precision, such as those of an ImageSet, bytes are divided as those were: equal images remain equal.
        var divided = other.dtype == ScalarType.Float32 ? ImageSet.ToUnitRange(images) : images.to(ScalarType.Float64).DividedBy_(255);
        return divided.to(precision);
    }
}

/// <summary>What <see cref="ImageQuality"/> can tell of a reconstruction.</summary>
internal enum ImageScore
{
    MeanSquaredError,
    PeakSignalToNoiseRatio,
    StructuralSimilarity,

    /// <summary>One number for every value of the image instead of one for the image.</summary>
    SquaredError,
}
