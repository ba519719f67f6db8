using System.Text.Json.Nodes;
using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>Charts of 2-D codes.</summary>
internal static class CodeCharts
{
    public const string XTitle = "first code value (no unit)";
    public const string YTitle = "second code value (no unit)";
    private const string Legend = "classes";
    private const string Brush = "brush";

    /// <summary>
    /// All codes by class; those with pictures are larger and can be pointed at. The codes within a rectangle that is drawn are counted in
    /// bars beneath, with their mean error.
    /// </summary>
    public static ChartFigure Codes(string id, string title, string caption, string description, CodeCloud cloud)
    {
        var names = cloud.ClassNames;
        var chart = VegaLite.Stack(
            description, Plane(cloud), Bars(names, Mean(), "mean squared error (0 to 1)"), Bars(names, Count(), "number of codes"));
        chart["data"] = VegaLite.Numbers(
            ["x", "y", "c", "e"], Enumerable.Range(0, cloud.X.Count).Select(i => new double[] { cloud.X[i], cloud.Y[i], cloud.Labels[i], cloud.Errors[i] }));
        chart["transform"] = VegaLite.NameClasses(names);
        chart["resolve"] = new JsonObject { ["scale"] = new JsonObject { ["color"] = "independent", ["shape"] = "independent" } }; // one legend, that of the plane
        return new ChartFigure(id, title, caption, description, chart, [.. cloud.Pictures.Select(pictures => Pointed(cloud, pictures))]);

        static JsonObject Mean() => new() { ["aggregate"] = "mean", ["field"] = "e" };
        static JsonObject Count() => new() { ["aggregate"] = "count" };
    }

    /// <summary>All codes by class, as a faint layer beneath others. Its data are its own.</summary>
    public static JsonObject Background(CodeCloud cloud) => new()
    {
        ["data"] = VegaLite.Numbers(["x", "y", "c"], Enumerable.Range(0, cloud.X.Count).Select(i => new double[] { cloud.X[i], cloud.Y[i], cloud.Labels[i] })),
        ["transform"] = VegaLite.NameClasses(cloud.ClassNames),
        ["mark"] = Dots(cloud, 0.15),
        ["encoding"] = new JsonObject
        {
            ["x"] = VegaLite.Quantity("x", XTitle),
            ["y"] = VegaLite.Quantity("y", YTitle),
            ["color"] = ClassScale.Color(cloud.ClassNames),
        },
    };

    private static JsonObject Plane(CodeCloud cloud)
    {
        var all = new JsonObject
        {
            ["params"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = Legend,
                    ["select"] = new JsonObject { ["type"] = "point", ["fields"] = new JsonArray("class"), ["toggle"] = "true" },
                    ["bind"] = "legend",
                },
                new JsonObject
                {
                    ["name"] = Brush,
                    ["select"] = new JsonObject
                    {
                        ["type"] = "interval",
                        ["mark"] = new JsonObject { ["fill"] = "#888888", ["fillOpacity"] = 0.2, ["stroke"] = "#888888" },
                    },
                }),
            ["mark"] = Dots(cloud, 0.5),
            ["encoding"] = new JsonObject
            {
                ["opacity"] = new JsonObject { ["condition"] = new JsonObject { ["param"] = Legend, ["value"] = 0.5 }, ["value"] = 0.03 },
            },
        };
        var sample = new JsonObject
        {
            ["data"] = VegaLite.Numbers(
                ["x", "y", "c", "picture"],
                cloud.Pictures.Select((p, place) => new double[] { cloud.X[p.Index], cloud.Y[p.Index], cloud.Labels[p.Index], place })),
            ["transform"] = new JsonArray([
                .. VegaLite.NameClasses(cloud.ClassNames).Select(node => node!.DeepClone()),
                new JsonObject { ["filter"] = new JsonObject { ["param"] = Legend } }]),
            ["mark"] = new JsonObject { ["type"] = "point", ["filled"] = true, ["size"] = 25, ["opacity"] = 0.9, ["cursor"] = "pointer" },
        };
        return new JsonObject
        {
            ["width"] = "container",
            ["height"] = 420,
            ["encoding"] = new JsonObject
            {
                ["x"] = VegaLite.Quantity("x", XTitle),
                ["y"] = VegaLite.Aligned(VegaLite.Quantity("y", YTitle)),
                ["color"] = ClassScale.Color(cloud.ClassNames),
                ["shape"] = ClassScale.Shape(cloud.ClassNames),
            },
            ["layer"] = new JsonArray(all, sample),
        };
    }

    private static JsonObject Bars(IReadOnlyList<string> classes, JsonObject length, string title)
    {
        length["type"] = "quantitative";
        length["title"] = title;
        length["axis"] = new JsonObject { ["tickCount"] = 4 };
        return new JsonObject
        {
            ["width"] = "container",
            ["height"] = 15 * classes.Count,
            ["transform"] = new JsonArray(
                new JsonObject { ["filter"] = new JsonObject { ["param"] = Legend } }, new JsonObject { ["filter"] = new JsonObject { ["param"] = Brush } }),
            ["mark"] = "bar",
            ["encoding"] = new JsonObject
            {
                ["x"] = length,
                ["y"] = VegaLite.Aligned(new JsonObject
                {
                    ["field"] = "class",
                    ["type"] = "nominal",
                    ["title"] = null,
                    ["scale"] = new JsonObject { ["domain"] = new JsonArray([.. classes.Select(name => (JsonNode)name)]) },
                }),
                ["color"] = ClassScale.WithoutLegend(classes),
            },
        };
    }

    // Many dots: small ones, that neither a screen reader nor the pointer goes through one by one.
    private static JsonObject Dots(CodeCloud cloud, double opacity) => new()
    {
        ["type"] = "point",
        ["filled"] = true,
        ["size"] = cloud.X.Count > 2000 ? 5 : 14,
        ["opacity"] = opacity,
        ["tooltip"] = null,
        ["aria"] = false,
    };

    private static PointedPictures Pointed(CodeCloud cloud, CodePictures pictures) => new(
        $"{cloud.ClassNames[cloud.Labels[pictures.Index]]}, mean squared error {Numerals.Error(cloud.Errors[pictures.Index])}",
        Pictures.Gray(pictures.Original, "original"), Pictures.Gray(pictures.Reconstruction, "reconstruction"));
}
