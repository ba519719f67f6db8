using System.Text.Json.Nodes;
using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Tests.Page;

/// <summary>A document with every kind of figure, made of numbers that need no model.</summary>
internal static class TestDocument
{
    public const string Hostile = "</script><img src=x onerror=\"window.hacked=1\">&amp;{{libraries}}'\u2028";

    private static readonly string[] ClassNames = ["Trouser", "Dress", "Sandal", "Bag", "Never seen"];

    public static LatentGrid Grid { get; } = new(-3, 5, -2, 4, 7, 5, Images(7 * 5), 0.01);

    public static ReportDocument Create() => new("Report of <a test>", "First paragraph.\n\nSecond " + Hostile,
        [
            new("first", "Charts " + Hostile, "Lead " + Hostile, [Scatter(), Linked(), Lines()]),
            new("second", "Pictures", "Lead", [Samples(), HeatMaps(), Table(), Explorer()]),
        ]);

    public static ChartFigure Scatter() =>
        new("scatter", "Codes by class", "Caption " + Hostile, "A cloud of codes " + Hostile, Plot(), Pictures());

    /// <summary>Views one above another, whose width the specification tells Vega-Embed to set.</summary>
    public static ChartFigure Linked()
    {
        var specification = JsonNode.Parse("""
            {"$schema": "https://vega.github.io/schema/vega-lite/v6.json",
             "config": {"legend": {"orient": "bottom"}},
             "usermeta": {"embedOptions": {"patch": [
                 {"op": "replace", "path": "/signals/0", "value": {"name": "width", "init": "containerSize()[0] - 90"}}]}}}
            """)!.AsObject();
        specification["vconcat"] = new JsonArray(Plot(), Plot());
        return new("linked", "Two views", "Caption", "Two clouds one above the other", specification);
    }

    public static PictureFigure Samples()
    {
        var rows = Enumerable.Range(0, 3).Select(row => (IReadOnlyList<Picture>)Enumerable.Range(0, 10 - row)
            .Select(column => new Picture(28, 28, Image((row * 10) + column), row == 2 ? "Dress" : null, row == 2 && column % 3 == 0)).ToList()).ToList();
        return new("samples", "Three rows", "Caption", "Thirty images", ["original", "input", "decoded"], [], rows);
    }

    public static PictureFigure HeatMaps()
    {
        var colors = Enumerable.Range(0, 64).SelectMany(i => new[] { (byte)(4 * i), (byte)(2 * i), (byte)(255 - (4 * i)) }).ToArray();
        var picture = Enumerable.Range(0, 28 * 28).SelectMany(i => colors.AsSpan(3 * (i % 64), 3).ToArray()).ToArray();
        return new("maps", "Where it is wrong", "Caption", "Two heat maps", [], ["Shirt", "Bag"],
            [[new Picture(28, 28, picture, "0.1"), new Picture(28, 28, picture, "0.2")]], new ColorScale("absolute difference", 0, 0.8, colors));
    }

    public static TableFigure Table() => new("table", "Shares", "Caption", "A table of shares", ["class", "before", "after", "verdict"],
        [["Bag", "0.82", "0.94", "better"], ["<b>all</b>", "–", "1,000.5", Hostile]]);

    public static ExplorerFigure Explorer()
    {
        var random = new Random(5);
        var labels = Enumerable.Range(0, 4000).Select(i => i % 4).ToList();
        var x = labels.Select(label => (float)((2 * label) - 2.5 + random.NextDouble())).ToList();
        var y = labels.Select(label => (float)((label % 2 * 3) - 1 + random.NextDouble())).ToList();
        return new("explorer", "The plane", "Caption", "The plane of codes", Grid, new CodeCloud(ClassNames, x, y, labels, new float[4000], []), 28, 28);
    }

    /// <summary>An image whose every pixel tells its number.</summary>
    public static byte[] Image(int seed) => Enumerable.Range(0, 28 * 28).Select(i => (byte)((seed * 37) + (i * 3) + (i / 28 * 11))).ToArray();

    public static IReadOnlyList<PointedPictures> Pictures() => Enumerable.Range(0, 40).Select(i => new PointedPictures(
        $"Class {ClassNames[i % 4]}\nerror {i}", new Picture(28, 28, Image(i), "image"), new Picture(28, 28, Image(100 + i), "decoded"))).ToList();

    private static ChartFigure Lines()
    {
        var values = new JsonArray([.. Enumerable.Range(1, 30).SelectMany(epoch => new[] { "train", "test" }.Select(set =>
            (JsonNode)new JsonObject { ["epoch"] = epoch, ["loss"] = (set == "train" ? 0.3 : 0.35) / epoch, ["set"] = set }))]);
        var specification = JsonNode.Parse("""
            {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "width": "container", "height": 220, "mark": {"type": "line", "point": true},
             "encoding": {"x": {"field": "epoch", "type": "quantitative", "title": "epoch"}, "y": {"field": "loss", "type": "quantitative", "title": "loss (MSE)"},
                          "color": {"field": "set", "scale": {"range": ["#332288", "#cc6677"]}}, "tooltip": [{"field": "loss"}]}}
            """)!.AsObject();
        specification["data"] = new JsonObject { ["values"] = values };
        return new("lines", "Loss", "Caption", "Loss curves", specification);
    }

    private static JsonObject Plot()
    {
        var values = new JsonArray([.. Enumerable.Range(0, 400).Select(i => (JsonNode)new JsonObject
        {
            ["x"] = (i * 37 % 101) - 50, ["y"] = (i * 53 % 97) - 48, ["class"] = i == 399 ? Hostile : ClassNames[i % 4],
        })]);
        for (var i = 0; i < 40; i++)
            values[i]!["picture"] = i;
        var specification = JsonNode.Parse("""
            {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "height": 300, "mark": {"type": "point", "filled": true},
             "params": [{"name": "shown", "select": {"type": "point", "fields": ["class"]}, "bind": "legend"}],
             "encoding": {"x": {"field": "x", "type": "quantitative", "title": "first value"}, "y": {"field": "y", "type": "quantitative", "title": "second value"},
                          "color": {"field": "class", "scale": {"range": ["#332288", "#88ccee", "#44aa99", "#117733", "#999933"]}}, "shape": {"field": "class"},
                          "opacity": {"condition": {"param": "shown", "value": 0.9}, "value": 0.05}}}
            """)!.AsObject();
        specification["width"] = "container";
        specification["data"] = new JsonObject { ["values"] = values };
        return specification;
    }

    // Smooth enough to look at, different in every pixel.
    private static List<byte[]> Images(int count) => [.. Enumerable.Range(0, count).Select(image => Enumerable.Range(0, 28 * 28)
        .Select(i => (byte)(127.5 + (127 * Math.Sin((image * 0.7) + (i % 28 * 0.3)) * Math.Cos((image * 0.4) + (i / 28 * 0.2))))).ToArray())];
}
