using System.Text.Json.Nodes;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>The colors and shapes of classes.</summary>
internal static class ClassScale
{
    public static JsonObject Color(IReadOnlyList<string> classes) => Channel(classes, Palette.Classes, Legend(classes.Count));

    public static JsonObject Shape(IReadOnlyList<string> classes) => Channel(classes, Palette.Shapes, Legend(classes.Count));

    public static JsonObject WithoutLegend(IReadOnlyList<string> classes) => Channel(classes, Palette.Classes, null);

    private static JsonObject Channel(IReadOnlyList<string> classes, IReadOnlyList<string> range, JsonObject? legend) => new()
    {
        ["field"] = "class",
        ["type"] = "nominal",
        ["title"] = "class",
        ["scale"] = new JsonObject { ["domain"] = Strings(classes), ["range"] = Strings(classes.Select((_, i) => range[i % range.Count])) },
        ["legend"] = legend,
    };

    // As many columns as a phone has room for.
    private static JsonObject Legend(int classes) =>
        new() { ["orient"] = "top", ["columns"] = classes > 4 ? 3 : 2, ["symbolOpacity"] = 1, ["symbolSize"] = 80 };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);
}
