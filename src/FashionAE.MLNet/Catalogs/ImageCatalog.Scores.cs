using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

public static partial class ImageCatalog
{
    /// <summary>
    /// Compares each reconstruction with its target image. It computes each score for which you specify a column.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="targetColumnName">The column of target images, known-size vectors of Single in [0, 1].</param>
    /// <param name="reconstructionColumnName">The column of reconstructions, of the same size and range.</param>
    /// <param name="mseColumnName">The column for the mean squared error, Single in [0, 1].</param>
    /// <param name="psnrColumnName">The column for the peak signal-to-noise ratio in decibels, Single; infinite for equal images.</param>
    /// <param name="ssimColumnName">The column for the structural similarity (Wang et al. 2004, 11x11 Gaussian), Single in [-1, 1].</param>
    /// <param name="errorMapColumnName">
    /// The column for the squared error of each pixel, in [0, 1]. It has the type of the target column.
    /// </param>
    /// <returns>The estimator. It needs no training.</returns>
    /// <exception cref="ArgumentException">No score column is specified, or two score columns have the same name.</exception>
    /// <example>
    /// <code>
    /// var score = ml.Transforms.ScoreReconstruction("Pixels", "Decoded", mseColumnName: "Mse", ssimColumnName: "Ssim");
    /// </code>
    /// </example>
    public static ReconstructionScoringEstimator ScoreReconstruction(
        this TransformsCatalog catalog, string targetColumnName, string reconstructionColumnName, string? mseColumnName = null,
        string? psnrColumnName = null, string? ssimColumnName = null, string? errorMapColumnName = null) =>
        ScoreReconstruction(catalog, targetColumnName, reconstructionColumnName, new()
        {
            MseColumnName = mseColumnName,
            PsnrColumnName = psnrColumnName,
            SsimColumnName = ssimColumnName,
            ErrorMapColumnName = errorMapColumnName,
        });

    /// <inheritdoc cref="ScoreReconstruction(TransformsCatalog, string, string, string?, string?, string?, string?)"/>
    /// <param name="options">The columns for scores, and the shape of the images; they are copied.</param>
    /// <example>
    /// <code>
    /// var options = new ReconstructionScoringEstimator.Options { SsimColumnName = "Ssim", Shape = new ImageShape(3, 32, 32) };
    /// var score = ml.Transforms.ScoreReconstruction("Pixels", "Decoded", options);
    /// </code>
    /// </example>
    public static ReconstructionScoringEstimator ScoreReconstruction(
        this TransformsCatalog catalog, string targetColumnName, string reconstructionColumnName,
        ReconstructionScoringEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), targetColumnName, reconstructionColumnName, options);

    /// <summary>Gets the environment of a catalog after checking that neither the catalog nor the options are null.</summary>
    internal static IHostEnvironment EnvironmentFor(TransformsCatalog catalog, object options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return catalog.GetEnvironment();
    }
}
