using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using FashionAE.Torch;

namespace FashionAE.Report.Tests.Page;

public sealed partial class PageWriterTests
{
    private static readonly bool HasLibraries = typeof(PageWriter).Assembly.GetManifestResourceNames().Contains("umap-js.min.js");

    [Fact]
    public void Data_is_never_interpreted_as_markup()
    {
        var page = Text(PageWriter.Write(TestDocument.Images(), hasLibraries: false));
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>all</b>", page, StringComparison.Ordinal);
        Assert.Equal(Count(page, "<script"), Count(page, "</script"));
        // All placeholders of the template are replaced. A placeholder in the data is not.
        Assert.Equal(Count(page, "{{"), Count(page, "{{ Document }}"));
        Assert.Contains("<title>Report of &lt;a test&gt;</title>", page, StringComparison.Ordinal);
        // The settings of the plane are JSON in a script element. A class name cannot end the element.
        var classes = TestDocument.Plane() with { Classes = [TestDocument.Hostile, "b", "c", "d"] };
        Assert.DoesNotContain("<img src=x", Text(PageWriter.Write(With(classes))), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_is_CSV_that_another_library_reads()
    {
        var page = Text(PageWriter.Write(TestDocument.Images()));
        var table = Data(page, "table");
        Assert.Equal(["class", "before", "after", "verdict"], table[0]);
        Assert.Equal(["<b>all</b>", "–", "1000.5", TestDocument.Hostile], table[2]);
        Assert.Equal(["epoch", "images", "loss", "rate"], Data(page, "losses")[0]);
        Assert.Equal(["2", "train", "0.15", "0.001"], Data(page, "losses")[3]);
        Assert.Equal("0.04567", Data(page, "bars")[3][1]);
        var samples = Data(page, "samples");
        Assert.Equal((21, 3 + 784), (samples.Count, samples[0].Length));
        Assert.Equal(["decoded", "Class 3", TestDocument.Hostile], samples[14][..3]);
        Assert.Equal(TestDocument.Garment(3.5f).Values[100], Number(samples[14][103]), 1e-4f);
        var points = Data(page, "plane");
        Assert.Equal((2001, 12), (points.Count, points[0].Length));
        Assert.Equal(TestDocument.CodeOf(157)[1], Number(points[158][4]), 1e-5f);
        Assert.Equal(["157", "", "Dress", "0.057", "", "", "", "3"], [.. points[158][..3], .. points[158][5..10]]);

        // Longer codes are in the data in addition to their positions.
        var plane = TestDocument.VectorPlane();
        var row = Data(Text(PageWriter.Write(With(plane))), "plane")[13];
        Assert.Equal(plane.Points[12].Code, [.. row[10..].Select(Number)], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(plane.Points[12].Code[0] - 1, Number(row[3]), 1e-5f);
        Assert.Equal(["2", "False", "1", "12"], row[6..10]);
    }

    [Fact]
    public void A_spreadsheet_does_not_run_text_as_a_formula()
    {
        string[] cells = ["=1+2", "+1 apple", "@SUM(1)", "-cmd", "\tx", "'=1", "-3.5", "+4", "'quoted'", "Dress"];
        var written = Data(Text(PageWriter.Write(With(new TableFigure(Text("t"), ["c", "d"], [.. cells.Select(cell => new[] { cell, "1" })])))), "t");
        Assert.Equal(["'=1+2", "'+1 apple", "'@SUM(1)", "'-cmd", "'\tx", "''=1", "-3.5", "+4", "'quoted'", "Dress"], written.Skip(1).Select(row => row[0]));
    }

    [Fact]
    public void The_data_omits_the_values_of_large_pictures()
    {
        var shape = new ImageShape(3, 300, 300);
        var figure = new PictureFigure(Text("p"), [], [], [[.. Enumerable.Repeat(Picture.Of(new float[shape.Size], shape, "big"), 4)]]);
        var data = Data(Text(PageWriter.Write(With(figure))), "p");
        Assert.Equal(["row,column,label", ",,big"], data.Select(row => string.Join(',', row)).Distinct());
    }

    [Fact]
    public void Ids_are_unique_and_have_letters_digits_and_hyphens()
    {
        foreach (var id in new[] { "../outside", "a b", "", "x\n", "first", "FIRST" })
            Assert.Contains($"'{id}'", Assert.Throws<ArgumentException>(() => With(TestDocument.Table() with { Text = Text(id) }).ToHtml()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_libraries_there_are_notices_instead_of_charts()
    {
        var page = Text(PageWriter.Write(TestDocument.Images(), hasLibraries: false));
        Assert.Equal(3, Count(page, "This chart is not drawn"));
        Assert.DoesNotContain("vega-lite\n", page, StringComparison.Ordinal);
        Assert.Equal(7, Count(page, "Data (CSV)"));
    }

    [SkippableFact]
    public void A_page_has_the_libraries_that_it_needs_with_their_licenses()
    {
        Skip.IfNot(HasLibraries, "This build has no libraries: run eng/setup.sh and build again.");
        var (images, vectors) = (Text(TestDocument.Images().ToHtml()), Text(TestDocument.Vectors(TestDocument.VectorPlane()).ToHtml()));
        Assert.Equal((1, 0), (Count(images, "/* vega-embed\n"), Count(images, "/* umap-js\n")));
        Assert.Equal((0, 1), (Count(vectors, "/* vega-embed\n"), Count(vectors, "/* umap-js\n")));
        Assert.Contains("Interactive Data Lab", images, StringComparison.Ordinal);
        Assert.Contains("Apache License", vectors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_can_only_connect_to_the_server_that_decodes()
    {
        var plane = TestDocument.VectorPlane();
        Assert.DoesNotContain("connect-src", Text(PageWriter.Write(With(plane))), StringComparison.Ordinal);
        var page = Text(PageWriter.Write(With(plane with { DecodeUrl = "decode" })));
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_output_is_reproducible_and_few_or_no_rows_are_supported()
    {
        Assert.Equal(TestDocument.Images().ToHtml(), TestDocument.Images().ToHtml());
        var empty = TestDocument.Plane() with { Points = [], Classes = [], Grid = null };
        Assert.NotEmpty(With(
            empty, TestDocument.Table() with { Rows = [] }, TestDocument.Samples() with { Rows = [] }, TestDocument.Bars() with { Rows = [] }).ToHtml());
    }

    private static string Text(byte[] page) => Encoding.UTF8.GetString(page);

    private static FigureText Text(string id) => new(id, "Title", "Caption");

    private static ReportDocument With(params ReportFigure[] figures) => new("Title", "Lead", [new("first", "Section", "", figures)]);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static float Number(string cell) => float.Parse(cell, CultureInfo.InvariantCulture);

    private static List<string[]> Data(string page, string id)
    {
        var packed = DataRegex().Matches(page).Single(match => match.Groups[1].Value == id).Groups[2].Value;
        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var csv = CsvReader.Create(gzip);
        var rows = new List<string[]> { csv.Headers.ToArray() };
        while (csv.Read())
            rows.Add([.. rows[0].Select((_, i) => csv.GetString(i))]);
        return rows;
    }

    [GeneratedRegex("<script type=\"application/gzip\" id=\"([^\"]*)-data\">(.*?)</script>")]
    private static partial Regex DataRegex();
}
