using System.Text.Json.Nodes;
using FashionAE.Report.Figures;
using FashionAE.Report.Page;
using FashionAE.Torch;

namespace FashionAE.Report.Drawing;

/// <summary>The course of a training.</summary>
internal static class LossCharts
{
    private static readonly (string Name, string Color, int[] Dash, Func<EpochRecord, double?> Loss)[] Curves =
    [
        ("train", Palette.Classes[1], [1, 0], e => e.TrainLoss),
        ("validation", Palette.Classes[6], [6, 3], e => e.ValidationLoss),
        ("test", Palette.Classes[0], [2, 2], e => e.TestLoss),
    ];

    /// <summary>The losses over the epochs, the kept epoch, and the learning rate beneath.</summary>
    public static ChartFigure Losses(string id, string title, string caption, string description, RunSummary run)
    {
        var curves = Curves.Where(curve => run.History.Epochs.Any(e => curve.Loss(e) is not null)).ToArray();
        var rows = run.History.Epochs.SelectMany(e => curves.Where(c => c.Loss(e) is not null)
            .Select(c => (JsonNode)new JsonObject { ["epoch"] = e.Epoch, ["curve"] = c.Name, ["loss"] = Numerals.Rounded(c.Loss(e)!.Value) }));
        var losses = new JsonObject
        {
            ["data"] = Values(rows),
            ["mark"] = Line("linear"),
            ["encoding"] = new JsonObject
            {
                ["x"] = Epochs(),
                ["y"] = VegaLite.Aligned(VegaLite.Quantity("loss", "loss (of pixels in [0, 1])")),
                ["color"] = Curve([.. curves.Select(c => c.Name)], [.. curves.Select(c => (JsonNode)c.Color)]),
                ["strokeDash"] = Curve([.. curves.Select(c => c.Name)], [.. curves.Select(c => (JsonNode)new JsonArray([.. c.Dash.Select(d => (JsonNode)d)]))]),
            },
        };
        var plot = new JsonObject { ["width"] = "container", ["height"] = 260, ["layer"] = new JsonArray(losses) };
        if (run.History.Best is { } best)
            foreach (var mark in Kept(best, run.History.Epochs.Count))
                plot["layer"]!.AsArray().Add(mark);
        return new ChartFigure(id, title, caption, description, VegaLite.Stack(description, plot, LearningRate(run.History)));
    }

    private static IEnumerable<JsonObject> Kept(EpochRecord best, int epochs)
    {
        // A style of guides: their color is that of the page's theme.
        yield return OfBest(new JsonObject { ["type"] = "rule", ["strokeDash"] = new JsonArray(4, 4), ["color"] = "#888888", ["strokeWidth"] = 1.5 });
        var label = OfBest(new JsonObject
        {
            ["type"] = "text",
            ["style"] = "guide-label",
            ["align"] = 2 * best.Epoch > epochs ? "right" : "left", // towards the middle
            ["baseline"] = "bottom",
            ["y"] = -3,
        });
        label["encoding"]!["text"] = new JsonObject { ["field"] = "label", ["type"] = "nominal" };
        yield return label;

        JsonObject OfBest(JsonObject mark) => new()
        {
            ["data"] = Values([new JsonObject { ["epoch"] = best.Epoch, ["label"] = $"kept: epoch {best.Epoch}" }]),
            ["mark"] = mark,
            ["encoding"] = new JsonObject { ["x"] = Epochs() },
        };
    }

    private static JsonObject LearningRate(TrainingHistory history)
    {
        var rate = VegaLite.Aligned(new JsonObject
        {
            ["field"] = "rate",
            ["type"] = "quantitative",
            ["scale"] = new JsonObject { ["type"] = "log", ["nice"] = false, ["padding"] = 8 },
            ["title"] = "learning rate",
        });
        rate["axis"]!["tickCount"] = 3;
        rate["axis"]!["format"] = ".1e";
        return new JsonObject
        {
            ["width"] = "container",
            ["height"] = 90,
            ["data"] = Values(history.Epochs.Select(e => (JsonNode)new JsonObject { ["epoch"] = e.Epoch, ["rate"] = Numerals.Rounded(e.LearningRate) })),
            ["mark"] = Line("step"),
            ["encoding"] = new JsonObject { ["x"] = Epochs(), ["y"] = rate },
        };
    }

    private static JsonObject Line(string interpolate) => new()
    {
        ["type"] = "line",
        ["interpolate"] = interpolate,
        ["point"] = new JsonObject { ["size"] = 30, ["filled"] = true },
    };

    private static JsonObject Epochs() => new()
    {
        ["field"] = "epoch",
        ["type"] = "quantitative",
        ["title"] = "epoch",
        ["scale"] = new JsonObject { ["zero"] = false, ["nice"] = false, ["padding"] = 10 },
        ["axis"] = new JsonObject { ["tickMinStep"] = 1, ["format"] = "d" },
    };

    private static JsonObject Curve(JsonNode[] names, JsonNode[] range) => new()
    {
        ["field"] = "curve",
        ["type"] = "nominal",
        ["title"] = "images",
        ["scale"] = new JsonObject { ["domain"] = new JsonArray(names), ["range"] = new JsonArray(range) },
        ["legend"] = new JsonObject { ["orient"] = "top", ["symbolType"] = "stroke", ["symbolSize"] = 300, ["symbolStrokeWidth"] = 2 },
    };

    private static JsonObject Values(IEnumerable<JsonNode> rows) => new() { ["values"] = new JsonArray([.. rows]) };
}
