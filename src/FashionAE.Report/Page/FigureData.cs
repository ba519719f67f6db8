using System.Globalization;

namespace FashionAE.Report;

/// <summary>Writes the data of figures as CSV (RFC 4180). The page draws and saves this data.</summary>
internal static class FigureData
{
    // With more values, the data would be larger than the pictures.
    private const int MostValues = 1_000_000;

    /// <summary>Writes the data of a figure as CSV.</summary>
    public static string Csv(ReportFigure figure) => string.Concat(Rows(figure).Select(row => string.Join(',', row.Select(Cell)) + "\r\n"));

    /// <summary>Returns whether a cell is a number, or the dash for a missing number.</summary>
    public static bool IsNumber(string? cell) =>
        cell is "–" || double.TryParse(cell, NumberStyles.Number, CultureInfo.InvariantCulture, out _);

    private static IEnumerable<IEnumerable<object?>> Rows(ReportFigure figure) => figure switch
    {
        PictureFigure pictures => Pictures(pictures),
        // Remove thousands separators: programs read 1,234 as text.
        TableFigure table => table.Rows.Prepend(table.Columns).Select(row =>
            row.Select(cell => IsNumber(cell) ? cell.Replace(",", "", StringComparison.Ordinal) : cell)),
        ChartFigure { Kind: ChartKind.Losses } chart => chart.Rows.Prepend(["epoch", "images", "loss", "rate"]),
        ChartFigure { Kind: ChartKind.Bars } chart => chart.Rows.Prepend(["name", "value"]),
        ChartFigure chart => chart.Rows.Prepend(["value", "group"]),
        PlaneFigure plane => Points(plane),
        _ => throw new ArgumentException($"The figure '{figure.Text.Id}' is a {figure.GetType().Name}, which the page cannot show."),
    };

    private static IEnumerable<IEnumerable<object?>> Pictures(PictureFigure figure)
    {
        var counts = figure.Rows.SelectMany(row => row).Select(picture => picture.Values.Count).DefaultIfEmpty().ToList();
        var length = counts.Sum(count => (long)count) > MostValues ? 0 : counts.Max();
        IEnumerable<object?> Row(Picture picture, int row, int column) =>
        [
            figure.RowTitles.ElementAtOrDefault(row), figure.ColumnTitles.ElementAtOrDefault(column), picture.Label,
            .. picture.Values.Take(length).Select(value => value.ToString("G4", CultureInfo.InvariantCulture)),
            .. new string[Math.Max(length - picture.Values.Count, 0)],
        ];
        return figure.Rows.SelectMany((row, i) => row.Select((picture, j) => Row(picture, i, j)))
            .Prepend(["row", "column", "label", .. Enumerable.Range(1, length).Select(i => $"v{i}")]);
    }

    private static IEnumerable<IEnumerable<object?>> Points(PlaneFigure figure)
    {
        var kept = 0;
        IEnumerable<object?> Row(PlanePoint point, (float X, float Y) place) =>
        [
            point.Row, point.Name, figure.Classes[point.Class], place.X, place.Y, (float)point.Error, point.Score, point.IsAnomaly,
            point.Path, point.Image is not null || point.Values is not null ? kept++ : null, .. point.Code.Cast<object?>(),
        ];
        var codes = Enumerable.Range(1, figure.Axes.Origin.Length).Select(i => $"z{i}");
        return figure.Points.Select(point => Row(point, figure.Axes.Place(point.Code)))
            .Prepend(["row", "name", "class", "x", "y", "error", "score", "anomaly", "path", "picture", .. codes]);
    }

    private static string Cell(object? value)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = value is float number ? number.ToString("G6", culture) : Convert.ToString(value, culture) ?? "";
        // A spreadsheet must not run text as a formula. The page removes the apostrophe again.
        if (text.TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !double.TryParse(text, culture, out _))
            text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
