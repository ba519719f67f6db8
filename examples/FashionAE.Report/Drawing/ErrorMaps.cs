using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>Where decoded images differ from their originals, as heat maps.</summary>
internal static class ErrorMaps
{
    private const int BarColors = 256;

    public static PictureFigure Draw(IReadOnlyList<ErrorMap> maps)
    {
        var scale = Scale(maps.Select(map => map.Errors), out var largest);
        return new PictureFigure(
            "denoising-errors", "2. Where the errors are",
            "Clean images, denoised ones, and the squared error of each pixel: black where they agree, the brighter the further apart. Errors gather at edges and in " +
            $"patterns, which a code of two numbers cannot hold. The largest here is {largest:0.00}, of pixels in [0, 1]; their mean over an image is its mean squared error.",
            $"{maps.Count} heat maps of errors, each below its clean and its denoised image; {Bar(scale)}.",
            ["clean", "denoised", "error"], [.. maps.Select(map => map.ClassName)],
            [
                [.. maps.Select(map => Pictures.Gray(map.Clean))],
                [.. maps.Select(map => Pictures.Gray(map.Denoised))],
                [.. maps.Select(map => Pictures.Heat(map.Errors, scale.Maximum))],
            ],
            scale);
    }

    public static PictureFigure DrawMeans(string id, string title, IReadOnlyList<MeanErrorMap> maps)
    {
        var scale = Scale(maps.Select(map => map.Errors), out var largest);
        var rows = maps.GroupBy(map => map.Inputs).ToList();
        return new PictureFigure(
            id, title,
            "The squared error of each pixel, as the mean over all test images of a class: the brighter a region, the harder it is. Each " +
            "row is a kind of input; the decoded image is always compared with the original. The number below is the mean over the " +
            $"pixels, the mean squared error. The largest error of a pixel is {largest:0.00}.",
            $"{maps.Count} heat maps of mean errors: a row for each kind of input, a column for each class and one for all; {Bar(scale)}.",
            [.. rows.Select(row => row.Key)], [.. rows[0].Select(map => map.ClassName)],
            [.. rows.Select(row => (IReadOnlyList<Picture>)[.. row.Select(map =>
                Pictures.Heat(map.Errors, scale.Maximum, Numerals.Error(map.Errors.Average(error => (double)error))))])],
            scale);
    }

    private static string Bar(ColorScale scale) => $"a color bar goes from 0 to {scale.Maximum:0.0}";

    /// <summary>One scale for all maps, from 0 to the largest error rounded up to a tenth.</summary>
    private static ColorScale Scale(IEnumerable<float[]> maps, out double largest)
    {
        largest = maps.Max(errors => errors.Max());
        var maximum = Math.Max(0.1, Math.Ceiling(Math.Round(10 * largest, 4)) / 10); // 0.3 given as a float is not 0.4
        return new ColorScale("squared error (of pixels in [0, 1])", 0, maximum, HeatColors.Bar(BarColors));
    }
}
