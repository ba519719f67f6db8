using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>The denoising study.</summary>
internal static class DenoisingSection
{
    public const string Id = "denoising";
    public const string Title = "Denoising study: taking noise away";
    public const string Train = "fashionae train denoising --out runs/denoising";

    private const string Model = "the model";

    public static ReportSection Draw(DenoisingFigures figures) => new(
        Id, Title,
        $"A dense autoencoder learns all {figures.Codes.ClassNames.Count} classes. It is shown images with noise and has to draw the clean ones. All that it can pass on " +
        "is a code of two numbers, and noise does not fit in there: what comes out is a clean garment, though a simplified one.",
        [
            Examples(figures.Examples),
            ErrorMaps.Draw(figures.Errors),
            ErrorMaps.DrawMeans("denoising-mean-errors", "3. Which regions are hard", figures.MeanErrors),
            Levels(figures.Levels),
            CodeCharts.Codes(
                "denoising-codes", "5. Codes of the test set",
                $"Each of the {Numerals.Count(figures.Codes.X.Count)} points is the code of one clean test image; its color tells the class. Classes that look alike lie " +
                $"next to each other, or on top of each other. {CodeTexts.Use(figures.Codes)}",
                CodeTexts.Describe(figures.Codes, "test images"), figures.Codes),
            .. ScoreTables.Draw(figures.Scores),
            Explorer.Draw("denoising-explorer", Model, "test", figures.Grid, figures.Codes),
            .. RunFigures.Draw(Id, [("", figures.Run)]),
        ]);

    private static PictureFigure Examples(IReadOnlyList<Reconstruction> images) => new(
        "denoising-examples", "1. Clean, noisy, denoised",
        $"Test images, the same with the noise that the model was trained on, and what the model makes of the noisy ones. {PsnrText.Explained} " +
        $"The noisy images have {PsnrText.Range(images.Select(i => i.InputPsnr))}, the denoised ones {PsnrText.Range(images.Select(i => i.DecodedPsnr))}.",
        $"{images.Count} test images in three rows: clean, with noise, and denoised.",
        ["clean", "noisy", "denoised"], [.. images.Select(i => i.ClassName)],
        [
            [.. images.Select(i => Pictures.Gray(i.Original))],
            [.. images.Select(i => Pictures.Gray(i.Input, Numerals.Psnr(i.InputPsnr)))],
            [.. images.Select(i => Pictures.Gray(i.Decoded, Numerals.Psnr(i.DecodedPsnr)))],
        ]);

    private static PictureFigure Levels(IReadOnlyList<NoiseLevel> levels)
    {
        var closer = levels.Where(level => level.Image.DecodedPsnr > level.Image.InputPsnr).Select(level => $"{level.Deviation}").ToList();
        return new PictureFigure(
            "denoising-levels", "4. One image at rising noise",
            $"The same image ({levels[0].Image.ClassName}) with more and more noise: the number above is the standard deviation of the noise, of pixels in [0, 1]. {PsnrText.Explained} " +
            (closer.Count == 0
                ? "At none of these levels is the denoised image closer to the original than the noisy one: the code has no room for its details."
                : $"The denoised image is closer to the original than the noisy one at noise {Sentence.List(closer)}" +
                    (closer.Count == levels.Count ? "." : "; where there is less noise, what the code has no room for weighs more than the noise.")),
            $"One test image at {levels.Count} levels of noise, in three rows: the original, with noise, and denoised.",
            ["original", "noisy", "denoised"], [.. levels.Select(level => $"noise {level.Deviation}")],
            [
                [.. levels.Select(level => Pictures.Gray(level.Image.Original))],
                [.. levels.Select(level => Pictures.Gray(level.Image.Input, Numerals.Psnr(level.Image.InputPsnr)))],
                [.. levels.Select(level => Pictures.Gray(level.Image.Decoded, Numerals.Psnr(level.Image.DecodedPsnr)))],
            ]);
    }
}
