using System.Globalization;

namespace FashionAE.Report.Drawing;

/// <summary>How numbers are written.</summary>
internal static class Numerals
{
    public const string None = "–";

    public static string Share(double? share) => share is { } value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) : None;

    public static string WholePercent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string Error(double error) => error.ToString("0.0000", CultureInfo.InvariantCulture);

    public static string Similarity(double similarity) => similarity.ToString("0.000", CultureInfo.InvariantCulture);

    public static string Decibels(double value) => double.IsPositiveInfinity(value) ? "∞" : value.ToString("0.0", CultureInfo.InvariantCulture);

    public static string Psnr(double value) => $"{Decibels(value)} dB";

    public static string Angle(double degrees) => degrees.ToString("0.#", CultureInfo.InvariantCulture).Replace('-', '−') + "°";

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 60 } => $"{duration.TotalSeconds:0.0} s",
        { TotalMinutes: < 60 } => $"{duration.Minutes} min {duration.Seconds} s",
        _ => $"{(int)duration.TotalHours} h {duration.Minutes} min",
    };

    /// <summary>The number to four digits: more cannot be seen in a chart.</summary>
    public static double Rounded(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
