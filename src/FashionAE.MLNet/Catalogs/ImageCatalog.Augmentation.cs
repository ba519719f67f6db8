using Microsoft.ML;

namespace FashionAE.MLNet;

public static partial class ImageCatalog
{
    /// <summary>
    /// Makes of every row the row itself and rotated copies of it. Append it for training alone, with <c>TransformerScope.Training</c>:
    /// rows that are to be scored would be multiplied too. <c>CrossValidate</c> multiplies the rows that it holds out, whatever the scope.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for original and rotated images, of the input column's type and slot names.</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single; null for the one above.</param>
    /// <param name="copies">How many rotated copies a row gets, 1 to 10,000.</param>
    /// <param name="degrees">The largest angle in degrees, 0 or more; angles are uniform in [-degrees, degrees], counter-clockwise.</param>
    /// <param name="seed">The seed of the angles (see <see cref="ImageRotatingEstimator.Options.Seed"/>); null to draw one.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no copies, or the angle is negative or no number.</exception>
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
    /// <param name="options">How they are rotated, and whether the row itself stays; they are copied.</param>
    /// <example>
    /// <code>
    /// // One rotated image for each: a test set of rotated garments.
    /// var rotate = ml.Transforms.RotateImages(
    ///     "Pixels", null, new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Seed = 7 });
    /// </code>
    /// </example>
    public static ImageRotatingEstimator RotateImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ImageRotatingEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), outputColumnName, inputColumnName, options);

    /// <summary>Adds Gaussian noise to every value of an image and clamps the sums to [0, 1].</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the noisy images, of the input column's type and slot names.</param>
    /// <param name="inputColumnName">The column of images, a vector of Single in [0, 1]; null for the one above.</param>
    /// <param name="standardDeviation">The standard deviation of the noise before clamping, 0 or more.</param>
    /// <param name="seed">The seed of the noise (see <see cref="NoiseAddingEstimator.Options.Seed"/>); null to draw one.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or no number.</exception>
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
    /// <param name="options">How noise is added; they are copied.</param>
    /// <example>
    /// <code>
    /// var noise = ml.Transforms.AddGaussianNoise("Noisy", "Pixels", new NoiseAddingEstimator.Options { StandardDeviation = 0.4 });
    /// </code>
    /// </example>
    public static NoiseAddingEstimator AddGaussianNoise(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, NoiseAddingEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), outputColumnName, inputColumnName, options);
}
