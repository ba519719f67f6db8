using FashionAE.Report.Figures;
using FashionAE.Report.Page;
using FashionAE.Torch;

namespace FashionAE.Report.Drawing;

/// <summary>Scores of reconstructions: overall by level of noise, and by class.</summary>
internal static class ScoreTables
{
    private const string All = "all";

    public static IEnumerable<TableFigure> Draw(IReadOnlyList<ScoreRow> scores)
    {
        yield return Overall([.. scores.Where(row => row.ClassName == All)]);
        yield return ByClass(scores, "mse", "Mean squared error", "of pixels in [0, 1]; the lower the better", s => Numerals.Error(s.MeanSquaredError));
        yield return ByClass(scores, "psnr", "Peak signal-to-noise ratio", "in decibels; the higher the better", s => Numerals.Decibels(s.PeakSignalToNoiseRatio));
        yield return ByClass(scores, "ssim", "Structural similarity", "at most 1; the higher the better", s => Numerals.Similarity(s.StructuralSimilarity));
    }

    private static TableFigure Overall(IReadOnlyList<ScoreRow> rows) => new(
        "denoising-scores", "Scores by noise",
        "All test images, without noise and with more and more of it: what the model makes of each is compared with the clean image, and the means over the images are given. MSE is the " +
        "mean squared error of the pixels (the lower the better), PSNR the peak signal-to-noise ratio (the higher the better), SSIM the structural similarity (at most 1, the higher the better).",
        "A table of scores: a row for each level of noise.",
        ["Input", "Images", "MSE", "PSNR (dB)", "SSIM"],
        [.. rows.Select(row => (IReadOnlyList<string>)
            [
                row.Condition, Numerals.Count(row.Score.Count), Numerals.Error(row.Score.MeanSquaredError), Numerals.Decibels(row.Score.PeakSignalToNoiseRatio),
                Numerals.Similarity(row.Score.StructuralSimilarity),
            ])]);

    private static TableFigure ByClass(IReadOnlyList<ScoreRow> scores, string id, string measure, string meaning, Func<ReconstructionMetrics, string> text)
    {
        var conditions = scores.Select(row => row.Condition).Distinct().ToList();
        var classes = scores.Select(row => row.ClassName).Distinct().ToList();
        return new TableFigure(
            $"denoising-{id}", $"{measure} by class", $"{measure} ({meaning}): the mean over the test images of each class, by what was done to them before.",
            $"A table of the {measure.ToLowerInvariant()}: a row for each class, a column for each level of noise.", ["Class", .. conditions],
            [.. classes.Select(name => (IReadOnlyList<string>)
                [name, .. conditions.Select(condition => scores.FirstOrDefault(row => row.ClassName == name && row.Condition == condition) is { } row ? text(row.Score) : Numerals.None)])]);
    }
}
