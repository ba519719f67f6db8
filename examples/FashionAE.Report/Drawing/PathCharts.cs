using System.Text.Json.Nodes;
using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>Charts of the ways that codes take as their images turn.</summary>
internal static class PathCharts
{
    /// <summary>The codes of rotated images, joined in order of angle, over the clouds of the classes.</summary>
    public static ChartFigure Paths(string id, string title, string caption, string description, CodeCloud cloud, IReadOnlyList<RotationPath> paths)
    {
        var steps = paths.SelectMany(path => path.Steps.Select(step => (Path: path, Step: step))).ToList();
        var chart = VegaLite.Chart(description, 460);
        chart["layer"] = new JsonArray(CodeCharts.Background(cloud), Ways(cloud, steps));
        return new ChartFigure(id, title, caption, description, chart, [.. steps.Select(s => Pointed(s.Path, s.Step))]);
    }

    private static JsonObject Ways(CodeCloud cloud, List<(RotationPath Path, RotationStep Step)> steps)
    {
        var names = cloud.ClassNames.ToList();
        return new JsonObject
        {
            ["data"] = VegaLite.Numbers(
                ["x", "y", "c", "angle", "picture"],
                steps.Select((s, place) => new double[] { s.Step.X, s.Step.Y, names.IndexOf(s.Path.ClassName), s.Step.Degrees, place })),
            ["transform"] = VegaLite.NameClasses(names),
            ["encoding"] = new JsonObject
            {
                ["x"] = VegaLite.Quantity("x", CodeCharts.XTitle),
                ["y"] = VegaLite.Quantity("y", CodeCharts.YTitle),
                ["color"] = ClassScale.Color(names),
            },
            ["layer"] = new JsonArray(
                new JsonObject
                {
                    ["mark"] = new JsonObject { ["type"] = "line", ["strokeWidth"] = 1.5, ["strokeJoin"] = "round" },
                    ["encoding"] = new JsonObject { ["order"] = new JsonObject { ["field"] = "angle", ["type"] = "quantitative" } },
                },
                new JsonObject
                {
                    ["transform"] = Where("datum.angle == 0"),
                    ["mark"] = new JsonObject { ["type"] = "point", ["size"] = 320, ["strokeWidth"] = 2.5, ["filled"] = false, ["shape"] = "circle" },
                },
                new JsonObject
                {
                    ["mark"] = new JsonObject { ["type"] = "point", ["filled"] = true, ["size"] = 45, ["opacity"] = 1, ["cursor"] = "pointer" },
                    ["encoding"] = new JsonObject { ["shape"] = ClassScale.Shape(names) },
                }),
        };
    }

    private static JsonArray Where(string condition) => new(new JsonObject { ["filter"] = condition });

    private static PointedPictures Pointed(RotationPath path, RotationStep step) => new(
        step.Degrees == 0 ? $"{path.ClassName}, upright" : $"{path.ClassName}, turned by {Numerals.Angle(step.Degrees)}",
        Pictures.Gray(step.Image, "input"), Pictures.Gray(step.Decoded, "decoded"));
}
