using FashionAE.Report.Drawing;
using FashionAE.Report.Page;

namespace FashionAE.Report.Tests.Drawing;

public class CodeChartTests
{
    private static readonly ChartFigure Chart = Figure("denoising-codes");

    [Fact]
    public void All_codes_are_in_the_chart_with_their_class_and_error()
    {
        var cloud = Handmade.Denoising().Codes;
        var rows = Specification.Numbers(Chart.Specification, "x,y,c,e");
        Assert.Equal(50, rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            Assert.Equal(cloud.X[i], rows[i][0], 6e-4 * Math.Abs(cloud.X[i]));
            Assert.Equal(cloud.Y[i], rows[i][1], 6e-4 * Math.Abs(cloud.Y[i]));
            Assert.Equal(cloud.Labels[i], rows[i][2]);
            Assert.Equal(cloud.Errors[i], rows[i][3], 6e-4 * cloud.Errors[i]);
        }
    }

    [Fact]
    public void Codes_with_pictures_point_to_their_own()
    {
        var cloud = Handmade.Denoising().Codes;
        var rows = Specification.Numbers(Chart.Specification, "x,y,c,picture");
        Assert.Equal([0.0, 1, 2, 3, 4], rows.Select(row => row[3]));
        for (var i = 0; i < rows.Count; i++)
        {
            Assert.Equal(cloud.X[10 * i], rows[i][0], 6e-4 * Math.Abs(cloud.X[10 * i]));
            var pointed = Chart.Pictures![i];
            Assert.Equal(Handmade.Image(i), pointed.First.Pixels);
            Assert.Equal(Handmade.Image(i + 50), pointed.Second.Pixels);
            Assert.Equal(("original", "reconstruction", 28, 28), (pointed.First.Label, pointed.Second.Label, pointed.First.Width, pointed.First.Height));
            Assert.StartsWith(cloud.ClassNames[cloud.Labels[10 * i]] + ", mean squared error 0.", pointed.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Classes_have_the_colors_and_shapes_of_the_palette_in_order()
    {
        foreach (var (channel, range) in new[] { ("color", Palette.Classes), ("shape", Palette.Shapes) })
        {
            var scale = Specification.Objects(Chart.Specification).First(o => o.ContainsKey(channel) && o["x"] is not null)[channel]!["scale"]!;
            Assert.Equal(Handmade.Ten, scale["domain"]!.AsArray().Select(n => n!.GetValue<string>()));
            Assert.Equal(range, scale["range"]!.AsArray().Select(n => n!.GetValue<string>()));
        }
    }

    [Fact]
    public void The_legend_chooses_classes_and_a_rectangle_chooses_codes_of_both_bar_charts()
    {
        var selections = Specification.Objects(Chart.Specification).Where(o => o["select"] is not null).ToDictionary(o => o["name"]!.GetValue<string>());
        Assert.Equal("legend", selections["classes"]["bind"]!.GetValue<string>());
        Assert.Equal("interval", selections["brush"]["select"]!["type"]!.GetValue<string>());
        var bars = Specification.Marks(Chart.Specification, "bar");
        Assert.Equal(["mean", "count"], bars.Select(bar => bar["encoding"]!["x"]!["aggregate"]!.GetValue<string>()));
        Assert.All(bars, bar => Assert.Equal(["classes", "brush"], bar["transform"]!.AsArray().Select(t => t!["filter"]!["param"]!.GetValue<string>())));
    }

    [Fact]
    public void Paths_go_in_order_of_angle_with_the_upright_image_ringed_and_pictures_of_each_step()
    {
        var chart = Figure("rotation-paths");
        var rows = Specification.Numbers(chart.Specification, "x,y,c,angle,picture");
        Assert.Equal(40, rows.Count);
        Assert.Equal(40, chart.Pictures!.Count);
        var paths = Handmade.Rotation().Paths;
        foreach (var row in rows)
        {
            var step = paths[(int)row[2]].Steps.Single(s => s.Degrees == row[3]);
            Assert.Equal(step.X, row[0], 1e-3);
            Assert.Equal(step.Y, row[1], 1e-3);
            Assert.Equal(step.Image, chart.Pictures[(int)row[4]].First.Pixels);
            Assert.Equal(step.Decoded, chart.Pictures[(int)row[4]].Second.Pixels);
        }
        Assert.Equal("Dress, turned by 72°", chart.Pictures[12].Text);
        Assert.Equal("Dress, upright", chart.Pictures[10].Text);
        Assert.Equal("angle", Specification.Marks(chart.Specification, "line").Single()["encoding"]!["order"]!["field"]!.GetValue<string>());
        Assert.Single(Specification.Objects(chart.Specification), o => o["filter"]?.GetValue<string>() == "datum.angle == 0");
        Assert.Equal(40, Specification.Numbers(chart.Specification, "x,y,c").Count);
    }

    private static ChartFigure Figure(string id) =>
        ReportDrawing.Draw(Handmade.Rotation(), Handmade.Denoising()).Sections.SelectMany(s => s.Figures).OfType<ChartFigure>().Single(f => f.Id == id);
}
