using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FashionAE.Report.Drawing;

/// <summary>Parts of Vega-Lite specifications.</summary>
internal static class VegaLite
{
    /// <summary>What stands beside the plots of stacked views, in pixels: axes, their titles and the margins.</summary>
    private const int BesidePlots = 92;

    private const int AxisExtent = 56;

    /// <summary>A chart of one view, or of layers, that is as wide as its container.</summary>
    public static JsonObject Chart(string description, int height) => new()
    {
        ["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json",
        ["description"] = description,
        ["width"] = "container",
        ["height"] = height,
    };

    /// <summary>
    /// A chart of views one above another. Vega-Lite makes the plots of such views as wide as the container and leaves no room for their
    /// axes; so vega-embed is told to make them narrower by that.
    /// </summary>
    public static JsonObject Stack(string description, params JsonNode[] views)
    {
        const string Width = "max(160, (isFinite(containerSize()[0]) ? containerSize()[0] : 600) - {0})";
        var width = Width.Replace("{0}", $"{BesidePlots}", StringComparison.Ordinal);
        return new JsonObject
        {
            ["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json",
            ["description"] = description,
            ["usermeta"] = new JsonObject
            {
                ["embedOptions"] = new JsonObject
                {
                    ["patch"] = new JsonArray(
                        new JsonObject { ["op"] = "test", ["path"] = "/signals/0/name", ["value"] = "width" },
                        new JsonObject
                        {
                            ["op"] = "replace",
                            ["path"] = "/signals/0",
                            ["value"] = new JsonObject
                            {
                                ["name"] = "width",
                                ["init"] = width,
                                ["on"] = new JsonArray(new JsonObject { ["update"] = width, ["events"] = "window:resize" }),
                            },
                        }),
                },
            },
            ["vconcat"] = new JsonArray(views),
        };
    }

    /// <summary>A table in the form of CSV, which is the smallest: all columns are numbers.</summary>
    public static JsonObject Numbers(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<double>> rows)
    {
        var text = new StringBuilder(string.Join(',', columns));
        foreach (var row in rows)
            text.Append('\n').AppendJoin(',', row.Select(value => value.ToString("G4", CultureInfo.InvariantCulture)));
        return new JsonObject
        {
            ["values"] = text.ToString(),
            ["format"] = new JsonObject
            {
                ["type"] = "csv",
                ["parse"] = new JsonObject(columns.Select(column => KeyValuePair.Create(column, (JsonNode?)"number"))),
            },
        };
    }

    /// <summary>Gives each datum the name of its class, which the column "c" numbers, as "class".</summary>
    public static JsonArray NameClasses(IReadOnlyList<string> names) =>
        new(new JsonObject { ["calculate"] = $"{JsonSerializer.Serialize(names)}[datum.c]", ["as"] = "class" });

    /// <summary>An axis of numbers from the least to the greatest.</summary>
    public static JsonObject Quantity(string field, string title) => new()
    {
        ["field"] = field,
        ["type"] = "quantitative",
        ["scale"] = new JsonObject { ["zero"] = false, ["nice"] = false, ["padding"] = 8 },
        ["title"] = title,
    };

    /// <summary>The same axis, upright, with its labels in as much room as those of the views above and below.</summary>
    public static JsonObject Aligned(JsonObject axis)
    {
        axis["axis"] = new JsonObject { ["minExtent"] = AxisExtent, ["maxExtent"] = AxisExtent };
        return axis;
    }
}
