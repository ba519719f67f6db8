using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>Where denoised images differ from clean ones, as heat maps.</summary>
internal static class ErrorMaps
{
    private const int BarColors = 256;

    public static PictureFigure Draw(IReadOnlyList<ErrorMap> maps)
    {
        var largest = maps.Max(map => map.Errors.Max());
        var maximum = Math.Max(0.1, Math.Ceiling(Math.Round(10 * (double)largest, 4)) / 10); // one scale for all; 0.3 given as a float is not 0.4
        return new PictureFigure(
            "denoising-errors", "2. Where the errors are",
            "Clean images, denoised ones, and the squared error of each pixel: black where they agree, the brighter the further apart. Errors gather at edges and in " +
            $"patterns, which a code of two numbers cannot hold. The largest here is {largest:0.00}, of pixels in [0, 1]; their mean over an image is its mean squared error.",
            $"{maps.Count} heat maps of errors, each below its clean and its denoised image; a color bar goes from 0 to {maximum:0.0}.",
            ["clean", "denoised", "error"], [.. maps.Select(map => map.ClassName)],
            [
                [.. maps.Select(map => Pictures.Gray(map.Clean))],
                [.. maps.Select(map => Pictures.Gray(map.Denoised))],
                [.. maps.Select(map => Pictures.Heat(map.Errors, maximum))],
            ],
            new ColorScale("squared error (of pixels in [0, 1])", 0, maximum, HeatColors.Bar(BarColors)));
    }
}
