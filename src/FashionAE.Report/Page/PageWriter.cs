using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Fluid;
using Fluid.Values;

namespace FashionAE.Report;

/// <summary>Writes documents as HTML with the template page.liquid.</summary>
internal static partial class PageWriter
{
    private static readonly TemplateOptions Options = new() { MemberAccessStrategy = UnsafeMemberAccessStrategy.Instance };
    private static readonly HtmlEncoder Escape = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly IFluidTemplate Page = new FluidParser().Parse(Asset("page.liquid"));
    private static readonly HashSet<string> Assets = [.. typeof(PageWriter).Assembly.GetManifestResourceNames()];

    static PageWriter()
    {
        Filter<object>("type", figure => figure.GetType().Name);
        Filter<ReportFigure>("csv", figure => Pack(Encoding.UTF8.GetBytes(FigureData.Csv(figure))));
        Filter<Picture>("png", picture => Convert.ToBase64String(picture.ToPng(256)));
        Filter<string?>("align", cell => FigureData.IsNumber(cell) ? "number" : "text");
        Filter<decimal>("short", value => value.ToString("G4", CultureInfo.InvariantCulture));
        Filter<PlaneFigure>("plane", Plane);
        Filter<string>("asset", Asset);
        Filter<string>("library", Library);
    }

    /// <summary>Writes a page as HTML in UTF-8.</summary>
    /// <param name="document">The content of the page.</param>
    /// <param name="hasLibraries">Whether to include the JavaScript libraries, if this assembly has them.</param>
    public static byte[] Write(ReportDocument document, bool hasLibraries = true)
    {
        CheckIds(document);
        var figures = document.Sections.SelectMany(section => section.Figures).ToList();
        var planes = figures.OfType<PlaneFigure>().ToList();
        bool Has(params IEnumerable<string> libraries) => hasLibraries && libraries.All(library => Assets.Contains($"{library}.min.js"));
        return Encoding.UTF8.GetBytes(Page.Render(new TemplateContext(new
        {
            Document = document,
            Kinds = figures.OfType<ChartFigure>().Select(chart => $"{chart.Kind}".ToLowerInvariant()).Distinct(),
            HasCharts = Has("vega", "vega-lite", "vega-embed"),
            HasPlanes = planes.Count > 0,
            Projects = Has("umap-js") && planes.Any(plane => plane.Axes.Origin.Length > 2),
            Asks = planes.Any(plane => plane.DecodeUrl is not null),
            Heat = string.Join(',', Picture.HeatColors.Select(color => $"#{Convert.ToHexString(color)}")),
        }, Options), Escape));
    }

    private static void Filter<T>(string name, Func<T, object> filter) =>
        Options.Filters.AddFilter(name, (input, _, _) => FluidValue.Create(filter((T)input.ToObjectValue()), Options));

    private static object Plane(PlaneFigure figure)
    {
        var kept = figure.Points.Where(point => point.Image is not null).ToList();
        var grid = figure.Grid is { } g ? new { g.MinimumX, g.MaximumX, g.MinimumY, g.MaximumY, g.Columns, g.Rows } : null;
        return new
        {
            Settings = JsonSerializer.Serialize(
                new { figure.Classes, figure.Axes, Grid = grid, figure.Slots, figure.DecodeUrl }, JsonSerializerOptions.Web),
            Sheet = Sheet([.. kept.Select(point => point.Image!), .. kept.Select(point => point.Reconstruction ?? point.Image!)], 64),
            Decoded = Sheet(figure.Grid?.Images ?? [], figure.Grid?.Columns ?? 0),
            Values = Floats(figure.Points.Select(point => point.Values).OfType<float[]>()),
            Vectors = Floats(figure.Grid?.Vectors ?? []),
        };
        static string Sheet(IReadOnlyList<Picture> pictures, int columns) =>
            pictures.Count == 0 ? "" : Convert.ToBase64String(Picture.Sheet(pictures, columns));
        static string Floats(IEnumerable<float[]> vectors) =>
            Pack(MemoryMarshal.AsBytes<float>(vectors.SelectMany(vector => vector).ToArray()));
    }

    private static string Pack(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(bytes);
        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    // Includes the licenses of the library and of bundled libraries. The added backslash has no effect in strings and regular expressions.
    private static string Library(string name)
    {
        var licences = Assets.Where(asset => asset.StartsWith($"{name}.LICENSE", StringComparison.Ordinal)).Order().Select(Asset);
        return $"/* {name}\n\n{string.Join('\n', licences).Replace("*/", "* /", StringComparison.Ordinal)}*/\n{Asset($"{name}.min.js")}"
            .Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase).Replace("<!--", "<\\!--", StringComparison.Ordinal);
    }

    private static string Asset(string name)
    {
        using var reader = new StreamReader(typeof(PageWriter).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static void CheckIds(ReportDocument document)
    {
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var ids = document.Sections.SelectMany(section => section.Figures.Select(figure => figure.Text.Id).Prepend(section.Id)).ToList();
        ids.ForEach(CheckId);
        if (ids.Find(id => !known.Add(id)) is { } twice)
            throw new ArgumentException($"The id '{twice}' is used twice on the page: each section and figure needs a different id.");
    }

    /// <summary>Validates an id.</summary>
    /// <exception cref="ArgumentException">The id is invalid.</exception>
    public static void CheckId(string id)
    {
        if (!IdRegex().IsMatch(id))
            throw new ArgumentException($"The id '{id}' must begin with a letter and contain only letters, digits and hyphens.");
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9-]*\z")]
    private static partial Regex IdRegex();
}
