using System.Globalization;

namespace FashionAE.Report.Page;

/// <summary>Makes the HTML of figures, and their files.</summary>
internal sealed class FigureWriter(string folder, bool drawsCharts)
{
    public string Write(ReportFigure figure)
    {
        var body = figure switch
        {
            PictureFigure pictures => PictureHtml.Write(pictures, folder),
            TableFigure table => Table(table),
            ChartFigure chart => Chart(chart),
            ExplorerFigure explorer => ExplorerHtml.Write(explorer, folder),
            _ => throw new ArgumentException($"The figure '{figure.Id}' is a {figure.GetType().Name}, which the page has no form for."),
        };
        return $"""
            <figure id="{figure.Id}" aria-labelledby="{figure.Id}-title">
            <h3 id="{figure.Id}-title">{Html.Text(figure.Title)}</h3>
            {body}
            <figcaption>{Html.Paragraphs(figure.Caption)}</figcaption>
            </figure>

            """;
    }

    private string Chart(ChartFigure chart)
    {
        var specification = chart.Specification.ToJsonString();
        File.WriteAllText(Path.Combine(folder, $"{chart.Id}.vl.json"), specification);
        if (!drawsCharts)
            return $"""
                <p class="notice" role="note">This chart is not drawn: the libraries that draw charts were missing when the page was written,
                because npm was not found when the project was set up. Install Node.js, run <code>make setup</code> and build the project,
                then write the report again. The chart with its data is in
                <a href="figures/{chart.Id}.vl.json">figures/{chart.Id}.vl.json</a>.</p>
                """;
        return $"""
            <div class="scroll"><div class="chart" id="{chart.Id}-chart" role="img" aria-label="{Html.Text(chart.Description)}"></div></div>

            """ + Html.Data($"{chart.Id}-specification", specification)
            + (chart.Pictures is { Count: > 0 } pictures ? Html.Data($"{chart.Id}-pictures", Pointed(chart, pictures)) : "");
    }

    private static string Pointed(ChartFigure chart, IReadOnlyList<PointedPictures> pictures)
    {
        var all = pictures.SelectMany(p => new[] { p.First, p.Second }).ToList();
        foreach (var picture in all)
        {
            picture.Check(chart.Id);
            if (picture.Width != all[0].Width || picture.Height != all[0].Height || picture.Channels != all[0].Channels)
                throw new ArgumentException(
                    $"The pictures of the marks of '{chart.Id}' differ in size: give them all {all[0].Width}x{all[0].Height} pixels.");
        }
        return Html.Json(new
        {
            all[0].Width,
            all[0].Height,
            all[0].Channels,
            Texts = pictures.Select(p => p.Text),
            Labels = all.Select(p => p.Label ?? ""),
            Pixels = PackedBytes.Pack(all.SelectMany(p => p.Pixels).ToArray()),
        });
    }

    private static string Table(TableFigure table)
    {
        foreach (var row in table.Rows)
            if (row.Count != table.Columns.Count)
                throw new ArgumentException($"A row of the table '{table.Id}' has {row.Count} cells: give it {table.Columns.Count}.");
        var numeric = table.Columns.Select((_, column) => column > 0 && table.Rows.All(row => IsNumber(row[column]))).ToList();
        string Kind(int column) => numeric[column] ? " class=\"number\"" : "";
        var head = string.Concat(table.Columns.Select((text, column) => $"<th scope=\"col\"{Kind(column)}>{Html.Text(text)}</th>"));
        var rows = string.Concat(table.Rows.Select(row => "<tr>" + string.Concat(row.Select((text, column) => column == 0
            ? $"<th scope=\"row\">{Html.Text(text)}</th>"
            : $"<td{Kind(column)}>{Html.Text(text)}</td>")) + "</tr>\n"));
        return $"""
            <div class="scroll" tabindex="0" role="group" aria-label="{Html.Text(table.Description)}">
            <table class="data"><thead><tr>{head}</tr></thead>
            <tbody>
            {rows}</tbody></table></div>
            """;
    }

    // A dash or nothing stands for a number that there is not.
    private static bool IsNumber(string cell) => cell is "" or "-" or "–" or "—" or "∞"
        || double.TryParse(
            cell.TrimEnd('%', ' ').Replace('−', '-'), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);
}
