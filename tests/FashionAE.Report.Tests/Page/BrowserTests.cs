using System.Text.Json.Nodes;

namespace FashionAE.Report.Tests.Page;

/// <summary>The page in headless Chromium. Screenshots are in artifacts/screenshots, or where REPORT_SCREENSHOTS says.</summary>
public sealed class BrowserTests(BrowserVisit visit) : IClassFixture<BrowserVisit>
{
    [SkippableFact]
    public void Nothing_fails_and_nothing_is_fetched()
    {
        Assert.Empty(visit.Seen["problems"]!.AsArray());
        Assert.Empty(visit.Seen["requests"]!.AsArray());
        Assert.Equal(0, (int)visit.Seen["hacked"]!);
    }

    [SkippableFact]
    public void Every_chart_is_drawn_in_light_in_dark_and_on_a_phone()
    {
        foreach (var colors in new[] { visit.Seen["colors"]!, visit.Seen["darkColors"]!, visit.Seen["phone"]!["colors"]! })
        {
            Assert.Equal(["lines-chart", "linked-chart", "scatter-chart"], colors.AsObject().Select(c => c.Key).Order());
            Assert.All(colors.AsObject(), c => Assert.True((int)c.Value! > 20, $"{c.Key} has {c.Value} colors."));
        }
    }

    [SkippableFact]
    public void Every_chart_has_a_text_alternative() => Assert.Equal(
        ["A cloud of codes " + TestDocument.Hostile, "Two clouds one above the other", "Loss curves"],
        visit.Seen["described"]!.AsArray().Select(d => (string)d!));

    [SkippableFact]
    public void The_accessibility_checker_axe_finds_nothing_wrong()
    {
        var states = visit.Seen["accessibility"]!.AsObject();
        Assert.Equal(["light", "card", "menu", "classHidden", "dark", "failed", "phone", "bare", "scriptless"], states.Select(s => s.Key));
        foreach (var (state, found) in states)
        {
            var violations = found!["violations"]!.AsArray();
            Assert.True(violations.Count == 0, $"{state}: {string.Join('\n', violations)}");
            Assert.True((int)found["passes"]! > 20, $"{state}: axe reports {found["passes"]} passed rules: it has not seen the page.");
        }
    }

    [SkippableFact]
    public void A_chart_that_fails_says_so_in_its_place() =>
        Assert.Equal("This figure could not be drawn: an error that the test makes", (string)visit.Seen["failed"]!);

    [SkippableFact]
    public void Charts_have_the_background_of_the_page_and_follow_its_scheme()
    {
        var (light, dark) = (visit.Seen["light"]!, visit.Seen["dark"]!);
        Assert.Equal("rgb(255, 255, 255)", (string)light["chart"]!);
        Assert.Equal((string)dark["page"]!, (string)dark["chart"]!);
        Assert.NotEqual((string)light["page"]!, (string)dark["page"]!);
        Assert.Equal((string)dark["page"]!, (string)visit.Seen["changed"]!["chart"]!);
    }

    [SkippableTheory]
    [InlineData("hover")]
    [InlineData("tap")]
    public void Pointing_at_a_mark_shows_its_two_pictures(string way)
    {
        var (mark, card) = (visit.Seen[way]!["mark"]!, visit.Seen[way]!["card"]!);
        var expected = TestDocument.Pictures()[(int)mark["index"]!];
        Assert.Equal(TestDocument.Pictures().Count, (int)mark["count"]!);
        Assert.False((bool)card["hidden"]!);
        Assert.True((bool)card["inside"]!);
        Assert.Equal(expected.Text, (string)card["text"]!);
        Assert.Equal(["image", "decoded"], card["labels"]!.AsArray().Select(l => (string)l!));
        Assert.Equal(expected.First.Pixels, Bytes(card["pictures"]![0]!));
        Assert.Equal(expected.Second.Pixels, Bytes(card["pictures"]![1]!));
    }

    [SkippableFact]
    public void The_card_goes_away()
    {
        Assert.True((bool)visit.Seen["afterEscape"]!["hidden"]!);
        Assert.True((bool)visit.Seen["afterTapElsewhere"]!["hidden"]!);
    }

    [SkippableFact]
    public void The_explorer_follows_mouse_keys_and_touch()
    {
        var (start, pointer, keys) = (visit.Seen["start"]!, visit.Seen["pointer"]!, visit.Seen["keys"]!);
        Assert.Equal((1, 1), ((double)start["x"]!, (double)start["y"]!));
        Assert.NotEqual((1, 1), ((double)pointer["x"]!, (double)pointer["y"]!));
        // A step is a hundredth of the range, which is 8 by 6; ten times that with Shift.
        Assert.Equal((double)pointer["x"]! + 0.08, (double)keys["x"]!, 1e-9);
        Assert.Equal((double)pointer["y"]! - 0.6, (double)keys["y"]!, 1e-9);
        Assert.Equal($"code ({(double)keys["x"]!:F2}, {(double)keys["y"]!:F2})", (string)keys["text"]!);
        var touch = visit.Seen["touch"]!;
        Assert.True((double)touch["x"]! > 1 && (double)touch["y"]! > 1, "The right upper part was touched.");
    }

    [SkippableFact]
    public void The_explorer_shows_what_lies_between_the_four_nearest_images()
    {
        var places = new[] { "start", "pointer", "keys", "touch" }.Select(name => visit.Seen[name]!).Concat(visit.Seen["edge"]!.AsArray().Select(p => p!));
        foreach (var place in places)
        {
            var expected = Interpolate((double)place["x"]!, (double)place["y"]!);
            var shown = Bytes(place["image"]!);
            Assert.Equal(expected.Length, shown.Length);
            for (var i = 0; i < shown.Length; i++)
                Assert.InRange(shown[i], expected[i] - 1, expected[i] + 1);
        }
        Assert.NotEqual(Bytes(visit.Seen["start"]!["image"]!), Bytes(visit.Seen["pointer"]!["image"]!));
        Assert.NotEqual(Bytes(visit.Seen["pointer"]!["image"]!), Bytes(visit.Seen["keys"]!["image"]!));
    }

    [SkippableFact]
    public void The_legend_of_the_explorer_hides_a_class_and_shows_it_again()
    {
        var shown = visit.Seen["shown"]!;
        Assert.Equal(["Trouser", "Dress", "Sandal", "Bag"], shown["buttons"]!.AsArray().Select(b => (string)b!));
        Assert.True((int)shown["before"]! > 100);
        Assert.True((int)shown["hidden"]! < (int)shown["before"]! / 20, $"{shown["hidden"]} of {shown["before"]} pixels are left.");
        Assert.True((int)shown["others"]! > 100);
        Assert.Equal("false", (string)shown["pressed"]!);
        Assert.Equal((int)shown["before"]!, (int)shown["after"]!);
    }

    [SkippableFact]
    public void A_phone_has_no_sideways_scroll() => Assert.Equal(375, (int)visit.Seen["phone"]!["width"]!);

    [SkippableFact]
    public void Charts_are_no_wider_than_their_boxes()
    {
        Assert.Equal([0, 0, 0], visit.Seen["excess"]!.AsArray().Select(e => (int)e!));
        Assert.Equal([0, 0, 0], visit.Seen["phone"]!["excess"]!.AsArray().Select(e => (int)e!));
    }

    [SkippableFact]
    public void Without_libraries_all_but_the_charts_is_there()
    {
        var bare = visit.Seen["bare"]!;
        Assert.All(bare["notices"]!.AsArray().Where(n => !((string)n!).Contains("JavaScript")), n => Assert.Contains("make setup", (string)n!));
        Assert.Equal(3, bare["notices"]!.AsArray().Count(n => ((string)n!).Contains("make setup")));
        Assert.Equal((1, 29), ((int)bare["tables"]!, (int)bare["pictures"]!));
        Assert.Equal("explorer", (string)Assert.Single(bare["explorers"]!.AsArray())!);
    }

    private static byte[] Bytes(JsonNode values) => [.. values.AsArray().Select(v => (byte)(int)v!)];

    // Weighs every image of the grid: those farther than one step weigh nothing.
    private static double[] Interpolate(double x, double y)
    {
        var grid = TestDocument.Grid;
        var column = Math.Clamp((x - grid.MinimumX) / (grid.MaximumX - grid.MinimumX), 0, 1) * (grid.Columns - 1);
        var row = Math.Clamp((y - grid.MinimumY) / (grid.MaximumY - grid.MinimumY), 0, 1) * (grid.Rows - 1);
        var sum = new double[28 * 28];
        for (var image = 0; image < grid.Images.Count; image++)
        {
            var weight = Math.Max(0, 1 - Math.Abs(column - (image % grid.Columns))) * Math.Max(0, 1 - Math.Abs(row - (image / grid.Columns)));
            for (var i = 0; i < sum.Length; i++)
                sum[i] += weight * grid.Images[image][i];
        }
        return sum;
    }
}
