using FashionAE.Report.Page;
using FashionAE.Studies.Runs;

namespace FashionAE.Report.Drawing;

/// <summary>Which classes turned images are decoded into.</summary>
internal static class DecodedTable
{
    public static TableFigure Draw(string name, string model, ConditionMetrics scores)
    {
        List<string> classes = [.. scores.DecodedClasses!.Keys];
        var wrong = classes.SelectMany(own => classes.Where(decoded => decoded != own).Select(decoded => (own, decoded)))
            .MaxBy(pair => scores.DecodedShare(pair.own, pair.decoded) ?? 0);
        return new TableFigure(
            $"rotation-decoded-{name}", $"Own class by decoded class, {name}",
            $"Which class the classifier sees in the images that {model} decodes from turned test images, in percent: a row for each " +
            "class of garments, a column for each class that is seen. The shares of a row add up to 100." +
            (scores.DecodedShare(wrong.own, wrong.decoded) is > 0 and var share
                ? $" The largest error: {Numerals.WholePercent(share)} of the turned {wrong.own} images are decoded as {wrong.decoded}."
                : ""),
            "A table of percentages: a row for each class, a column for each class that is decoded.",
            ["Class", .. classes.Select(decoded => $"as {decoded} (%)")],
            [.. classes.Select(own => (IReadOnlyList<string>)
                [own, .. classes.Select(decoded => Numerals.Share(scores.DecodedShare(own, decoded)))])]);
    }
}
