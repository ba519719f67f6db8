namespace FashionAE.Report.Drawing;

/// <summary>What is said of peak signal-to-noise ratios.</summary>
internal static class PsnrText
{
    public const string Explained = "The number below is the peak signal-to-noise ratio (PSNR) in decibels: how close the image is to the original, the higher the closer.";

    public static string Range(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return $"{Numerals.Decibels(sorted[0])} to {Numerals.Psnr(sorted[^1])}";
    }
}
