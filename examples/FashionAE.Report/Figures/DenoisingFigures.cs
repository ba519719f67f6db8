namespace FashionAE.Report.Figures;

/// <summary>The figures of the denoising study.</summary>
/// <param name="Examples">Eight test images with the noise that the model was trained on.</param>
/// <param name="Errors">Six of their error maps.</param>
/// <param name="MeanErrors">Where the model fails on average.</param>
/// <param name="Levels">One test image at rising levels of noise.</param>
/// <param name="Codes">The codes of all test images, clean.</param>
/// <param name="Scores">Scores of the test images, for each condition a row for each class and one for all.</param>
/// <param name="Grid">What is decoded over the plane.</param>
/// <param name="Run">How the model came to be.</param>
public sealed record DenoisingFigures(
    IReadOnlyList<Reconstruction> Examples, IReadOnlyList<ErrorMap> Errors, IReadOnlyList<MeanErrorMap> MeanErrors,
    IReadOnlyList<NoiseLevel> Levels, CodeCloud Codes, IReadOnlyList<ScoreRow> Scores, LatentGrid Grid, RunSummary Run);
