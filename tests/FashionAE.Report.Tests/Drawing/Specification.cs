using System.Globalization;
using System.Text.Json.Nodes;

namespace FashionAE.Report.Tests.Drawing;

/// <summary>Reads Vega-Lite specifications.</summary>
internal static class Specification
{
    /// <summary>All objects within a specification, itself included.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? node)
    {
        if (node is JsonObject one)
            yield return one;
        var children = node switch { JsonObject o => o.Select(pair => pair.Value), JsonArray a => a, _ => [] };
        foreach (var found in children.SelectMany(Objects))
            yield return found;
    }

    /// <summary>The data given as CSV with these columns.</summary>
    public static List<double[]> Numbers(JsonNode specification, string columns)
    {
        var data = Objects(specification).Single(o => o["values"] is JsonValue values && values.GetValue<string>().StartsWith(columns + "\n", StringComparison.Ordinal));
        Assert.Equal("csv", data["format"]!["type"]!.GetValue<string>());
        Assert.Equal(columns.Split(','), data["format"]!["parse"]!.AsObject().Select(pair => pair.Key));
        return [.. data["values"]!.GetValue<string>().Split('\n').Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
    }

    /// <summary>The rows given as objects that have a field.</summary>
    public static List<JsonObject> Rows(JsonNode specification, string field) =>
        [.. Objects(specification).Where(o => o["values"] is JsonArray).SelectMany(o => o["values"]!.AsArray()).OfType<JsonObject>().Where(row => row.ContainsKey(field))];

    /// <summary>The views and layers with a mark of a type.</summary>
    public static List<JsonObject> Marks(JsonNode specification, string type) =>
        [.. Objects(specification).Where(o => (o["mark"] is JsonObject mark ? mark["type"] : o["mark"])?.GetValue<string>() == type)];
}
