using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Compares reconstructions with their originals, image by image, in double precision.</summary>
/// <remarks>
/// Pixels of type uint8 are in [0, 255] and are divided by 255. Pixels of a floating-point type or Booleans are in [0, 1]. The two tensors
/// may have different types. Other integer types are not supported because their range is unknown, and complex types because they are not
/// pixels.
/// </remarks>
public static class ImageQuality
{
    /// <summary>The height and width of the window of structural similarity. Images must be at least that large.</summary>
    public const int SimilarityWindow = 11;

    /// <summary>
    /// The constants that are added to numerators and denominators of the structural similarity. Without them, two rounding errors would be
    /// divided by each other in dark windows (C1) and in windows of uniform brightness (C2).
    /// </summary>
    internal const double C1 = 0.01 * 0.01;
    /// <inheritdoc cref="C1"/>
    internal const double C2 = 0.03 * 0.03;

    private const double Sigma = 1.5;

    /// <summary>Gets the weights of the window along one axis.</summary>
    internal static double[] WindowWeights { get; } = GaussianWeights();

    /// <summary>Computes the mean squared difference over all values of each image.</summary>
    /// <param name="original">The originals, [N, C, H, W]: uint8 in [0, 255], or floating point or Boolean in [0, 1].</param>
    /// <param name="reconstruction">The reconstructions, of the same shape and any of these types.</param>
    /// <returns>One value in [0, 1] for each image, float64 [N]; 0 for equal images.</returns>
    /// <exception cref="ArgumentException">The shapes differ or are not [N, C, H, W], or a type is not supported.</exception>
    public static Tensor MeanSquaredError(Tensor original, Tensor reconstruction) =>
        Compute(ImageScore.MeanSquaredError, original, reconstruction);

    /// <summary>Computes the peak signal-to-noise ratio (PSNR) of each image, 10 log10(1 / MSE), for the peak 1.</summary>
    /// <inheritdoc cref="MeanSquaredError" path="/*[self::param or self::exception]"/>
    /// <returns>
    /// One value for each image, float64 [N], in decibels: 0 for a black and a white image, positive infinity for equal images.
    /// </returns>
    public static Tensor PeakSignalToNoiseRatio(Tensor original, Tensor reconstruction) =>
        Compute(ImageScore.PeakSignalToNoiseRatio, original, reconstruction);

    /// <summary>
    /// Computes the structural similarity (SSIM) of each image (Wang, Bovik, Sheikh and Simoncelli 2004). It uses an 11x11 Gaussian window
    /// with sigma 1.5, K1 = 0.01 and K2 = 0.03, for values in [0, 1]. The result is the mean over all windows inside the image and over its
    /// channels. Images must have at least 11x11 pixels.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError" path="/param"/>
    /// <returns>One value in [-1, 1] for each image, float64 [N]; 1 for equal images.</returns>
    /// <exception cref="ArgumentException">As for <see cref="MeanSquaredError"/>, or the images are smaller than the window.</exception>
    public static Tensor StructuralSimilarity(Tensor original, Tensor reconstruction) =>
        StructuralSimilarity(original, reconstruction, ScalarType.Float64);

    /// <summary>Returns whether images of a shape are large enough for structural similarity.</summary>
    internal static bool HasWindow(InputShape shape) => Math.Min(shape.Height, shape.Width) >= SimilarityWindow;

    /// <summary>Computes the structural similarity in the specified precision. A loss can contain it, because it has a gradient.</summary>
    internal static Tensor StructuralSimilarity(Tensor original, Tensor reconstruction, ScalarType precision)
    {
        Check(original, reconstruction);
        if (Math.Min(original.shape[2], original.shape[3]) < SimilarityWindow)
            throw new ArgumentException(
                $"Structural similarity needs images of at least {SimilarityWindow}x{SimilarityWindow} pixels, "
                + $"not {original.shape[2]}x{original.shape[3]}.", nameof(original));

        using var scope = NewDisposeScope();
        var (x, y) = (InUnitRange(original, reconstruction, precision), InUnitRange(reconstruction, original, precision));
        // The window is separable, so blurring is a multiplication by a banded matrix along each axis.
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

    /// <summary>Returns the matrix [size - 10, size], row by row. Row i has the weights of the window that begins at i.</summary>
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

    /// <summary>Computes the squared difference at every value of each image: a map that shows where a reconstruction fails.</summary>
    /// <inheritdoc cref="MeanSquaredError" path="/*[self::param or self::exception]"/>
    /// <returns>
    /// One error for each value, float64 [N, C, H, W] in [0, 1]. The mean over an image equals its <see cref="MeanSquaredError"/>.
    /// </returns>
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

    /// <summary>
    /// Computes a score from the result of <see cref="SquaredError"/>. For <see cref="ImageScore.SquaredError"/>, the result itself is
    /// returned.
    /// </summary>
    internal static Tensor OfSquaredError(ImageScore score, Tensor errors) => score switch
    {
        ImageScore.MeanSquaredError => errors.mean([1, 2, 3]),
        // Adding 0 turns -0, which would be printed with its sign, into 0.
        ImageScore.PeakSignalToNoiseRatio => errors.mean([1, 2, 3]).log10().Times_(-10).Plus(0),
        ImageScore.SquaredError => errors,
        _ => throw new ArgumentOutOfRangeException(nameof(score), score, "This score cannot be computed from squared errors."),
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
                    $"The images are {images.dtype}, a type with an unknown range of pixel values: "
                    + "use uint8 in [0, 255], or a floating-point type in [0, 1] (divide by the value of white).", name);
    }

    /// <summary>Converts images to values in [0, 1] of the specified precision.</summary>
    private static Tensor InUnitRange(Tensor images, Tensor other, ScalarType precision)
    {
        if (images.dtype != ScalarType.Byte)
            return images.to(precision);
        // If the other images are float32, like the batches of an ImageSet, divide bytes in float32 too, so that equal images remain equal.
        var divided = other.dtype == ScalarType.Float32 ? ImageSet.ToUnitRange(images) : images.to(ScalarType.Float64).DividedBy_(255);
        return divided.to(precision);
    }
}

/// <summary>Specifies a result of <see cref="ImageQuality"/>.</summary>
internal enum ImageScore
{
    MeanSquaredError,
    PeakSignalToNoiseRatio,
    StructuralSimilarity,

    /// <summary>The squared error of each value, instead of one value for the image.</summary>
    SquaredError,
}
