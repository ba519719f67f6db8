using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FashionAE.Tests.Shared;

namespace FashionAE.Report.Tests.Page;

/// <summary>Tests the script that draws a plane of codes, without a browser, with browser/plane.mjs.</summary>
public sealed class PlaneTests
{
    [SkippableTheory]
    [InlineData(new int[0], new[] { 1, 2, 4 }, new[] { "2-3", "3-5" })]
    [InlineData(new[] { 0 }, new[] { 2, 4 }, new string[0])]
    [InlineData(new[] { 1 }, new[] { 1, 4 }, new[] { "3-5" })]
    [InlineData(new[] { 0, 1 }, new[] { 4 }, new string[0])]
    [InlineData(new[] { 2 }, new[] { 1, 2 }, new[] { "2-3", "3-5" })]
    public void Rings_and_lines_of_a_hidden_class_are_not_drawn(int[] hidden, int[] rings, string[] lines)
    {
        // Point 1 is a path, points 2, 3 and 5 are another one, and point 4 is an anomaly.
        var points = new
        {
            count = 6,
            group = new[] { 0, 0, 1, 0, 2, 0 },
            path = new[] { "", "7", "8", "8", "", "8" },
            odd = new[] { false, false, false, false, true, false },
            kept = new[] { -1, -1, -1, -1, -1, -1 },
            places = new[] { 0, 0, 1, 3, 2, 1, 3, 2, 4, 4, 5, 0 },
            titles = new[] { "x", "y" },
        };
        var seen = Draw(JsonSerializer.Serialize(new { points, hidden }));
        var spots = seen["spots"]!.AsArray().Select(spot => spot!.ToJsonString()).ToArray();
        int Point(JsonNode? place) => Array.IndexOf(spots, place!.ToJsonString());
        Assert.Equal(rings, seen["rings"]!.AsArray().Select(Point).Order());
        Assert.Equal(lines, seen["lines"]!.AsArray().Select(line => $"{Point(line![0])}-{Point(line[1])}"));
    }

    private static JsonNode Draw(string input)
    {
        InstalledProgram.Require("node", "nodejs");
        var script = Path.GetFullPath(Path.Combine(BrowserVisit.Sources, "..", "browser", "plane.mjs"));
        var assets = Path.GetFullPath(Path.Combine(BrowserVisit.Sources, "..", "..", "..", "src", "FashionAE.Report", "Page", "Assets"));
        var (exitCode, output, errors) = ChildProcess.Run(new ProcessStartInfo(InstalledProgram.Find("node")!, [script, assets, input]));
        Assert.True(exitCode == 0, $"browser/plane.mjs failed: {errors}");
        return JsonNode.Parse(string.Join('\n', output))!;
    }
}
