using System.Globalization;

namespace FashionAE.Report.Page;

/// <summary>Makes the HTML and the file of a <see cref="PictureFigure"/>.</summary>
internal static class PictureHtml
{
    public static string Write(PictureFigure figure, string folder)
    {
        Check(figure);
        ContactSheet.Enlarged(figure).Save(Path.Combine(folder, $"{figure.Id}.png"));
        var sprite = Path.Combine(folder, $"{figure.Id}.sprite.png");
        var sheet = ContactSheet.Sprite(figure.Rows);
        sheet.Save(sprite);
        var data = Convert.ToBase64String(File.ReadAllBytes(sprite));
        File.Delete(sprite);
        var columns = figure.Rows.Max(r => r.Count);
        var hasRowTitles = figure.RowTitles.Any(t => t.Length > 0);
        var ratio = $"{sheet.Width * figure.Rows.Count}/{sheet.Height * columns}";
        var style = $"--sheet:url(data:image/png;base64,{data});--columns:{columns};--rows:{figure.Rows.Count};--ratio:{ratio}";
        return $"""
            <div class="scroll" tabindex="0" role="group" aria-label="{Html.Text(figure.Description)}">
            <table class="pictures" style="{style}">
            {ColumnTitles(figure, hasRowTitles)}<tbody>
            {string.Concat(figure.Rows.Select((row, index) => Row(figure, row, index, hasRowTitles)))}</tbody></table></div>
            {(figure.Scale is null ? "" : Bar(figure.Scale))}
            """;
    }

    private static string ColumnTitles(PictureFigure figure, bool hasRowTitles)
    {
        if (figure.ColumnTitles.All(t => t.Length == 0))
            return "";
        return "<thead><tr>" + (hasRowTitles ? "<td></td>" : "")
            + string.Concat(figure.ColumnTitles.Select(t => $"<th scope=\"col\">{Html.Text(t)}</th>")) + "</tr></thead>\n";
    }

    private static string Row(PictureFigure figure, IReadOnlyList<Picture> row, int index, bool hasRowTitles)
    {
        var title = index < figure.RowTitles.Count ? figure.RowTitles[index] : "";
        return "<tr>" + (hasRowTitles ? $"<th scope=\"row\">{Html.Text(title)}</th>" : "")
            + string.Concat(row.Select((picture, column) => Cell(picture, index, column))) + "</tr>\n";
    }

    private static string Cell(Picture picture, int row, int column) =>
        $"<td{(picture.IsMarked ? " class=\"wrong\"" : "")}><span class=\"picture\" style=\"--column:{column};--row:{row}\"></span>"
        + (picture.IsMarked || picture.Label is not null
            ? $"<span class=\"label\">{(picture.IsMarked ? "<b>✗ <span class=\"unseen\">wrong: </span></b>" : "")}{Html.Text(picture.Label ?? "")}</span>"
            : "") + "</td>";

    private static string Bar(ColorScale scale)
    {
        var colors = Enumerable.Range(0, scale.Colors.Length / 3).Select(i => $"#{Convert.ToHexStringLower(scale.Colors, 3 * i, 3)}");
        string Tick(double share) =>
            (scale.Minimum + (share * (scale.Maximum - scale.Minimum))).ToString("0.###", CultureInfo.InvariantCulture);
        return $"""
            <div class="scale"><span>{Html.Text(scale.Title)}</span>
            <div class="bar" style="background-image:linear-gradient(to right,{string.Join(',', colors)})"></div>
            <div class="ticks"><span>{Tick(0)}</span><span>{Tick(0.5)}</span><span>{Tick(1)}</span></div></div>
            """;
    }

    private static void Check(PictureFigure figure)
    {
        if (figure.Rows.All(row => row.Count == 0))
            throw new ArgumentException($"The figure '{figure.Id}' has no pictures: leave it out.");
        foreach (var picture in figure.Rows.SelectMany(row => row))
            picture.Check(figure.Id);
        if (figure.Scale is { Colors.Length: var length } && (length < 6 || length % 3 != 0))
            throw new ArgumentException(
                $"The color bar of the figure '{figure.Id}' has {length} bytes: give it three a color, of two colors or more.");
    }
}
