using System.Text.RegularExpressions;

namespace FashionAE.Report.Page;

/// <summary>Writes a report: a page that needs nothing but itself, and its figures as files beside it.</summary>
public static partial class ReportWriter
{
    private static readonly string[] Scripts = ["packed.js", "card.js", "theme.js", "charts.js", "plane.js", "explorer.js", "report.js"];

    /// <summary>Gets the folder where the libraries that draw charts are, if set-up could fetch them.</summary>
    public static string LibrariesFolder { get; } = Path.Combine(AppContext.BaseDirectory, "web");

    /// <summary>
    /// Writes the page, and beside it figures/ID.png for pictures and explorers and figures/ID.vl.json for charts. All of it is made first:
    /// a failure leaves an earlier report as it was.
    /// </summary>
    /// <param name="document">What the page shows.</param>
    /// <param name="htmlPath">The file of the page; its folder is made where it is missing.</param>
    /// <param name="librariesFolder">Where Vega, Vega-Lite and Vega-Embed are; without them the page says how to get charts.</param>
    /// <exception cref="ArgumentException">An id is used twice or cannot be a file name, or a figure contradicts itself.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to.</exception>
    public static void Write(ReportDocument document, string htmlPath, string? librariesFolder)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentException.ThrowIfNullOrEmpty(htmlPath);
        CheckIds(document);
        var path = Path.GetFullPath(htmlPath);
        var folder = Path.GetDirectoryName(path)!;
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            var figures = Directory.CreateDirectory(Path.Combine(draft, "figures"));
            var page = Path.Combine(draft, "page.html");
            File.WriteAllText(page, Compose(document, figures.FullName, PageLibraries.Read(librariesFolder)));
            var target = Directory.CreateDirectory(Path.Combine(folder, "figures"));
            foreach (var figure in figures.GetFiles())
                figure.MoveTo(Path.Combine(target.FullName, figure.Name), overwrite: true);
            File.Move(page, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The report cannot be written to {folder}: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    private static string Compose(ReportDocument document, string figuresFolder, string? libraries)
    {
        var writer = new FigureWriter(figuresFolder, libraries is not null);
        var sections = string.Concat(document.Sections.Select(section => Section(section, writer)));
        var parts = new Dictionary<string, string>
        {
            ["title"] = Html.Text(document.Title),
            ["lead"] = Html.Paragraphs(document.Lead),
            ["contents"] = string.Concat(document.Sections.Select(Contents)),
            ["sections"] = sections,
            ["style"] = Asset.Read("report.css"),
            ["colors"] = Html.Json(new { light = Palette.Classes, dark = Palette.DarkClasses }),
            ["libraries"] = libraries ?? "",
            ["scripts"] = string.Concat(Scripts.Select(name => $"<script>\n{Asset.Read(name)}</script>\n")),
        };
        return PlaceRegex().Replace(Asset.Read("report.html"), match => parts[match.Groups[1].Value]);
    }

    private static string Contents(ReportSection section) =>
        $"<li><a href=\"#{section.Id}\">{Html.Text(section.Title)}</a>\n<ul>\n"
        + string.Concat(section.Figures.Select(f => $"<li><a href=\"#{f.Id}\">{Html.Text(f.Title)}</a></li>\n")) + "</ul></li>\n";

    private static string Section(ReportSection section, FigureWriter writer) => $"""
        <section id="{section.Id}" aria-labelledby="{section.Id}-title">
        <h2 id="{section.Id}-title">{Html.Text(section.Title)}</h2>
        {Html.Paragraphs(section.Lead)}
        {string.Concat(section.Figures.Select(writer.Write))}
        </section>

        """;

    private static void CheckIds(ReportDocument document)
    {
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var id in document.Sections.SelectMany(s => s.Figures.Select(f => f.Id).Prepend(s.Id)))
        {
            if (!IdRegex().IsMatch(id))
                throw new ArgumentException($"The id '{id}' cannot name a file: use letters, digits and hyphens.", nameof(document));
            if (!known.Add(id))
                throw new ArgumentException($"The id '{id}' is used twice: give each section and figure its own.", nameof(document));
        }
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex PlaceRegex();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9-]*\z")]
    private static partial Regex IdRegex();
}
