using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FashionAE.Report.Page;

namespace FashionAE.Report.Tests.Page;

public sealed partial class ReportWriterTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Fact]
    public void Every_figure_has_its_file_beside_the_page()
    {
        ReportWriter.Write(TestDocument.Create(), _folder.Of("report.html"), null);
        Assert.Equal(
            [
                "figures/explorer.png", "figures/lines.vl.json", "figures/linked.vl.json", "figures/maps.png", "figures/samples.png",
                "figures/scatter.vl.json", "report.html",
            ],
            _folder.Files());
    }

    [Fact]
    public void The_specification_of_a_chart_is_written_as_it_is()
    {
        var chart = TestDocument.Scatter();
        ReportWriter.Write(With(chart), _folder.Of("report.html"), null);
        var written = JsonNode.Parse(File.ReadAllText(_folder.Of("figures/scatter.vl.json")));
        Assert.True(JsonNode.DeepEquals(chart.Specification, written));
    }

    [Fact]
    public void The_same_document_gives_the_same_bytes()
    {
        ReportWriter.Write(TestDocument.Create(), _folder.Of("a/report.html"), null);
        ReportWriter.Write(TestDocument.Create(), _folder.Of("b/report.html"), null);
        foreach (var file in _folder.Files().Where(f => f.StartsWith("a/", StringComparison.Ordinal)))
            Assert.Equal(File.ReadAllBytes(_folder.Of(file)), File.ReadAllBytes(_folder.Of("b" + file[1..])));
    }

    [Fact]
    public void Nothing_of_the_data_is_taken_for_markup()
    {
        ReportWriter.Write(TestDocument.Create(), _folder.Of("report.html"), FakeLibraries());
        var page = File.ReadAllText(_folder.Of("report.html"));
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>all</b>", page, StringComparison.Ordinal);
        Assert.All(ScriptRegex().Matches(page), match => Assert.DoesNotContain('\u2028', match.Value));
        Assert.Equal(Count(page, "<script"), Count(page, "</script"));
        // A place of the template that data names is not filled in.
        Assert.Equal(1, Count(page, "a library of the test: vega\n"));
    }

    [Fact]
    public void The_data_of_a_chart_survives_its_escaping()
    {
        ReportWriter.Write(With(TestDocument.Scatter()), _folder.Of("report.html"), FakeLibraries());
        var page = File.ReadAllText(_folder.Of("report.html"));
        var json = ScriptRegex().Matches(page).Single(m => m.Groups[1].Value == "scatter-specification").Groups[2].Value;
        Assert.True(JsonNode.DeepEquals(TestDocument.Scatter().Specification, JsonNode.Parse(json)));
    }

    [Fact]
    public void Libraries_are_in_the_page_with_their_licences()
    {
        ReportWriter.Write(TestDocument.Create(), _folder.Of("report.html"), FakeLibraries());
        var page = File.ReadAllText(_folder.Of("report.html"));
        Assert.Contains("a library of the test: vega-embed", page, StringComparison.Ordinal);
        Assert.Contains("terms of vega-lite", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"notice\" role", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vega.min.js")]
    [InlineData("vega-embed.min.js")]
    public void One_missing_library_leaves_the_charts_out_and_says_what_to_do(string missing)
    {
        var libraries = FakeLibraries();
        File.Delete(Path.Combine(libraries, missing));
        ReportWriter.Write(TestDocument.Create(), _folder.Of("report.html"), libraries);
        var page = File.ReadAllText(_folder.Of("report.html"));
        Assert.Equal(3, Count(page, "make setup"));
        Assert.DoesNotContain("a library of the test", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"chart\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_that_fails_leaves_an_earlier_report_as_it_was()
    {
        ReportWriter.Write(TestDocument.Create(), _folder.Of("report.html"), null);
        var before = _folder.Files().ToDictionary(f => f, f => File.ReadAllBytes(_folder.Of(f)));
        var picture = new Picture(28, 28, new byte[5]);
        var bad = new PictureFigure("bad", "", "", "", [], [], [[picture]]);
        var other = TestDocument.Samples() with { Rows = [[new Picture(1, 1, [7])]] };
        var error = Assert.Throws<ArgumentException>(() => ReportWriter.Write(With(other, bad), _folder.Of("report.html"), null));
        Assert.Contains("'bad'", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Keys, _folder.Files());
        foreach (var (file, bytes) in before)
            Assert.Equal(bytes, File.ReadAllBytes(_folder.Of(file)));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("x\n")]
    [InlineData("first")] // the section's
    [InlineData("FIRST")]
    public void An_id_that_cannot_name_a_file_or_is_used_twice_is_refused(string id) =>
        Assert.Throws<ArgumentException>(() => ReportWriter.Write(With(TestDocument.Table() with { Id = id }), _folder.Of("report.html"), null));

    [Fact]
    public void Columns_of_numbers_are_aligned_to_the_right_and_names_are_not()
    {
        ReportWriter.Write(With(TestDocument.Table()), _folder.Of("report.html"), null);
        var page = File.ReadAllText(_folder.Of("report.html"));
        Assert.Contains("<td class=\"number\">1,000.5</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td>better</td>", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">Bag</th>", page, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static ReportDocument With(params ReportFigure[] figures) => new("Title", "Lead", [new("first", "Section", "", figures)]);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private string FakeLibraries()
    {
        var folder = Directory.CreateDirectory(_folder.Of("libraries")).FullName;
        foreach (var name in new[] { "vega", "vega-lite", "vega-embed" })
        {
            File.WriteAllText(Path.Combine(folder, $"{name}.min.js"), $"// a library of the test: {name}\nvar closing = '</script>';");
            File.WriteAllText(Path.Combine(folder, $"{name}.LICENSE"), $"terms of {name} */");
        }
        return folder;
    }

    [GeneratedRegex("<script type=\"application/json\" id=\"([^\"]*)\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptRegex();
}
