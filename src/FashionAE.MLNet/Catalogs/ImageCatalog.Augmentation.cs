using Microsoft.ML;

namespace FashionAE.MLNet;

public static partial class ImageCatalog
{
    /// <summary>
    /// Outputs each row followed by rotated copies of it. Append it with <c>TransformerScope.Training</c>; otherwise it also adds copies of
    /// the rows to be scored. With any scope, <c>CrossValidate</c> adds copies of the held-out rows too.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for original and rotated images, with the type and slot names of the input column.</param>
    /// <param name="inputColumnName">
    /// The column of images, known-size vectors of Single; null to use <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="copies">The number of rotated copies per row, 1 to 10,000.</param>
    /// <param name="degrees">
    /// The largest angle in degrees, 0 or more. Angles are uniform in [-degrees, degrees]; positive angles are counterclockwise.
    /// </param>
    /// <param name="seed">
    /// The seed of the angles (see <see cref="ImageRotatingEstimator.Options.Seed"/>); null to draw one from the <see cref="MLContext"/>.
    /// </param>
    /// <returns>The estimator. It needs no training.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number of copies is out of range, or the angle is negative, infinite or NaN.
    /// </exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.CopyColumns("Input", "Pixels")
    ///     .Append(ml.Transforms.RotateImages("Input", copies: 5), TransformerScope.Training)
    ///     .Append(ml.Transforms.ReconstructWithAutoencoder("Upright", "Input", targetColumnName: "Pixels"));
    /// </code>
    /// </example>
    public static ImageRotatingEstimator RotateImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int copies = 5, double degrees = 180,
        int? seed = null) =>
        RotateImages(catalog, outputColumnName, inputColumnName, new() { Copies = copies, Degrees = degrees, Seed = seed });

    /// <inheritdoc cref="RotateImages(TransformsCatalog, string, string?, int, double, int?)"/>
    /// <param name="options">The options for the rotation, and whether original rows are kept; they are copied.</param>
    /// <example>
    /// <code>
    /// // One rotated image per row: a test set of rotated garments.
    /// var rotate = ml.Transforms.RotateImages(
    ///     "Pixels", null, new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Seed = 7 });
    /// </code>
    /// </example>
    public static ImageRotatingEstimator RotateImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ImageRotatingEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), outputColumnName, inputColumnName, options);

    /// <summary>Adds Gaussian noise to every value of an image and clamps the sums to [0, 1].</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the noisy images, with the type and slot names of the input column.</param>
    /// <param name="inputColumnName">
    /// The column of images, vectors of Single in [0, 1]; null to use <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="standardDeviation">The standard deviation of the noise before clamping, 0 or more.</param>
    /// <param name="seed">
    /// The seed of the noise (see <see cref="NoiseAddingEstimator.Options.Seed"/>); null to draw one from the <see cref="MLContext"/>.
    /// </param>
    /// <returns>The estimator. It needs no training.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative, infinite or NaN.</exception>
    /// <example>
    /// <code>
    /// var noisy = ml.Transforms.AddGaussianNoise("Noisy", "Pixels", standardDeviation: 0.4).Fit(test).Transform(test);
    /// </code>
    /// </example>
    public static NoiseAddingEstimator AddGaussianNoise(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, double standardDeviation = 0.25,
        int? seed = null) =>
        AddGaussianNoise(catalog, outputColumnName, inputColumnName, new() { StandardDeviation = standardDeviation, Seed = seed });

    /// <inheritdoc cref="AddGaussianNoise(TransformsCatalog, string, string?, double, int?)"/>
    /// <param name="options">The options for the noise; they are copied.</param>
    /// <example>
    /// <code>
    /// var noise = ml.Transforms.AddGaussianNoise("Noisy", "Pixels", new NoiseAddingEstimator.Options { StandardDeviation = 0.4 });
    /// </code>
    /// </example>
    public static NoiseAddingEstimator AddGaussianNoise(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, NoiseAddingEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), outputColumnName, inputColumnName, options);
}
