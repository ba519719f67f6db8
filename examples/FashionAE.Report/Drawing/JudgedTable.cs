using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>How many images are decoded as their own class.</summary>
internal static class JudgedTable
{
    private const string All = "all";

    public static TableFigure Draw(IReadOnlyList<JudgedShare> shares) => new(
        "rotation-judged", "Decoded as its own class",
        "The share of all test images, in percent, in whose decoded image the classifier sees the garment's own class: for upright and for turned images, by " +
        "the model that was trained on upright images alone (before) and by the one trained on turned ones too (after)." + Example(shares),
        "A table of percentages: a row for each class and one for all, with columns for upright and turned images before and after.",
        ["Class", "Upright, before (%)", "Turned, before (%)", "Upright, after (%)", "Turned, after (%)"],
        [.. shares.Select(share => (IReadOnlyList<string>)
            [
                share.ClassName, Numerals.Share(share.UprightBefore), Numerals.Share(share.RotatedBefore), Numerals.Share(share.UprightAfter),
                Numerals.Share(share.RotatedAfter),
            ])]);

    // The class that suffers most from being turned tells the story best.
    private static string Example(IReadOnlyList<JudgedShare> shares)
    {
        var worst = shares.Where(share => share.ClassName != All).MinBy(share => share.RotatedBefore ?? share.RotatedAfter ?? 1);
        return worst switch
        {
            { RotatedBefore: { } before, RotatedAfter: { } after } =>
                $" Of the turned {worst.ClassName} images {Numerals.WholePercent(before)} are decoded as {worst.ClassName} before, {Numerals.WholePercent(after)} after.",
            { RotatedBefore: { } before } => $" Of the turned {worst.ClassName} images {Numerals.WholePercent(before)} are decoded as {worst.ClassName} before.",
            { RotatedAfter: { } after } => $" Of the turned {worst.ClassName} images {Numerals.WholePercent(after)} are decoded as {worst.ClassName} after.",
            _ => "",
        };
    }
}
