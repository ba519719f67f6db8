using System.Text.Json.Nodes;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>The colours and shapes of classes.</summary>
internal static class ClassScale
{
    public static JsonObject Colour(IReadOnlyList<string> classes) => Channel(classes, Palette.Classes, Legend());

    public static JsonObject Shape(IReadOnlyList<string> classes) => Channel(classes, Palette.Shapes, Legend());

    public static JsonObject WithoutLegend(IReadOnlyList<string> classes) => Channel(classes, Palette.Classes, null);

    private static JsonObject Channel(IReadOnlyList<string> classes, IReadOnlyList<string> range, JsonObject? legend) => new()
    {
        ["field"] = "class",
        ["type"] = "nominal",
        ["title"] = "class",
        ["scale"] = new JsonObject { ["domain"] = Strings(classes), ["range"] = Strings(classes.Select((_, i) => range[i % range.Count])) },
        ["legend"] = legend,
    };

    private static JsonObject Legend() =>
        new() { ["orient"] = "top", ["columns"] = 4, ["symbolOpacity"] = 1, ["symbolSize"] = 80, ["titleOrient"] = "left" };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);
}
