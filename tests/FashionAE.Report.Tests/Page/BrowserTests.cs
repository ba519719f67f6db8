using SkiaSharp;

namespace FashionAE.Report.Tests.Page;

/// <summary>Tests the page in headless Chromium.</summary>
public sealed class BrowserTests(BrowserVisit visit) : IClassFixture<BrowserVisit>
{
    // The duration of a frame at 30 frames per second.
    private const double Frame = 1000.0 / 30;

    [SkippableFact]
    public void There_are_no_errors_or_requests_and_hostile_names_are_text()
    {
        Assert.Empty(visit.Seen["problems"]!.AsArray());
        Assert.Empty(visit.Seen["requests"]!.AsArray());
        Assert.Equal("[null,0]", visit.Seen["hacked"]!.ToJsonString());
        Assert.Equal("Charts " + TestDocument.Hostile, (string)visit.Seen["headings"]![0]!);
    }

    [SkippableFact]
    public void The_accessibility_checker_axe_finds_no_violations()
    {
        var states = visit.Seen["axe"]!.AsObject();
        Assert.Equal(["light", "card", "selection", "class hidden", "dark", "phone", "bare"], states.Select(state => state.Key));
        foreach (var (state, found) in states)
        {
            Assert.True(found!["violations"]!.AsArray().Count == 0, $"{state}: {string.Join('\n', found["violations"]!.AsArray())}");
            Assert.True((int)found["passes"]! > 20, $"{state}: axe reports {found["passes"]} passed rules: it has not seen the page.");
        }
    }

    [SkippableFact]
    public void Every_chart_is_drawn_and_has_the_name_of_its_figure()
    {
        var charts = visit.Seen["charts"]!.AsArray();
        Assert.Equal(3, charts.Count);
        Assert.All(charts, paths => Assert.True((int)paths! > 5, $"A chart has {paths} paths."));
    }

    [SkippableFact]
    public void Pointing_at_a_point_shows_it_its_pictures_and_its_neighbors()
    {
        var card = visit.Seen["hover"]!;
        Assert.Equal("Dress, row 57, error 0.057", (string)card["text"]!);
        Assert.Equal((byte)Math.Round(255 * TestDocument.Garment(57).Values[0]), (byte)(int)card["pictures"]![0]![0]!);
        Assert.Equal((byte)Math.Round(255 * TestDocument.Garment(57.5f).Values[27]), (byte)(int)card["pictures"]![1]![1]!);
        var code = TestDocument.CodeOf(57);
        var nearest = Enumerable.Range(0, 2000).Where(row => row != 57)
            .OrderBy(row => TestDocument.CodeOf(row).Zip(code, (a, b) => (a - b) * (a - b)).Sum()).Take(5).Select(row => $"row {row},");
        Assert.Equal(6, card["words"]!.AsArray().Count);
        Assert.All(card["words"]!.AsArray().Skip(1).Zip(nearest), pair => Assert.Contains(pair.Second, (string)pair.First!, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Tapping_a_vector_shows_the_slots_that_contribute_most_to_its_error()
    {
        var card = visit.Seen["tap"]!;
        var errors = TestDocument.VectorPlane().Points[12].Values!.AsSpan(40).ToArray();
        var worst = Enumerable.Range(0, 20).OrderByDescending(slot => errors[slot]).Take(5).Select(slot => $"pressure {slot + 1}");
        Assert.Equal("good, valve 12, error 0.012, score 2, normal", (string)card["text"]!);
        Assert.Equal(worst, card["words"]!.AsArray().Take(5).Select(word => (string)word!));
    }

    [SkippableFact]
    public void Dragging_decodes_between_the_images_of_the_grid()
    {
        foreach (var name in new[] { "drag", "keys" })
        {
            var (card, cross) = (visit.Seen[name]!, visit.Seen[name]!["cross"]!);
            // The decoded gray is linear in the position, so it is also known between the images of the grid.
            var expected = TestDocument.Decode((float)cross[0]!, (float)cross[1]!);
            Assert.Equal(255 * expected[0], (float)(int)card["pictures"]![0]![0]!, 3f);
            Assert.Equal(255 * expected[7], (float)(int)card["pictures"]![0]![1]!, 3f);
            Assert.StartsWith("Decoded at (", (string)card["text"]!, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Keys_move_the_cross_and_show_the_nearest_point()
    {
        var (before, after) = (visit.Seen["drag"]!["cross"]!, visit.Seen["keys"]!["cross"]!);
        Assert.True((double)after[0]! > (double)before[0]! && (double)after[1]! < (double)before[1]!);
        Assert.Equal(Nearest((float)after[0]!, (float)after[1]!), (int)visit.Seen["enter"]!["point"]!);
        Assert.True((bool)visit.Seen["afterEscape"]!);
    }

    [SkippableFact]
    public void A_selection_is_counted_and_saved_with_the_columns_of_the_data()
    {
        var (selection, corners) = (visit.Seen["selection"]!, visit.Seen["selection"]!["corners"]!);
        bool Inside(int row) => TestDocument.CodeOf(row) is var code && code[0] >= (float)corners[0]![0]! && code[0] <= (float)corners[1]![0]!
            && code[1] >= (float)corners[0]![1]! && code[1] <= (float)corners[1]![1]!;
        var expected = Enumerable.Range(0, 2000).Where(Inside).ToList();
        var lines = ((string)selection["file"]!["text"]!).Split("\r\n");
        Assert.NotEmpty(expected);
        Assert.StartsWith($"{expected.Count} points are selected", (string)selection["text"]!, StringComparison.Ordinal);
        Assert.Equal("plane-selection.csv", (string)selection["file"]!["name"]!);
        Assert.Equal("row,name,class,x,y,error,score,anomaly,path,picture,z1,z2", lines[0]);
        Assert.Equal(expected, lines[1..^1].Select(line => int.Parse(line.Split(',')[0])));
    }

    [SkippableFact]
    public void The_button_of_a_figure_saves_its_data()
    {
        Assert.Equal("table.csv", (string)visit.Seen["data"]!["name"]!);
        Assert.Equal(FigureData.Csv(TestDocument.Table()), (string)visit.Seen["data"]!["text"]!);
    }

    [SkippableFact]
    public void The_legend_hides_a_class_and_shows_it_again()
    {
        var legend = visit.Seen["legend"]!;
        Assert.Equal("◆ =cmd|' /C calc'!A0", (string)legend["buttons"]![3]!);
        Assert.Equal("false", (string)legend["pressed"]!);
        Assert.NotEqual((string)legend["before"]!, (string)legend["hidden"]!);
        Assert.Equal((string)legend["before"]!, (string)legend["after"]!);
    }

    [SkippableFact]
    public void A_page_follows_the_scheme_and_prints_on_white_without_buttons()
    {
        Assert.Equal("rgb(255, 255, 255)", (string)visit.Seen["light"]!);
        Assert.Equal("rgb(20, 23, 28)", (string)visit.Seen["dark"]!);
        Assert.Equal("rgb(255, 255, 255)", (string)visit.Seen["print"]!["background"]!);
        Assert.Equal(0, (int)visit.Seen["print"]!["buttons"]!);
    }

    [SkippableFact]
    public void A_phone_has_no_sideways_scroll_with_libraries_or_without()
    {
        Assert.Equal((360, 360), ((int)visit.Seen["width"]!, (int)visit.Seen["bare"]!["width"]!));
        Assert.Equal(3, visit.Seen["bare"]!["notices"]!.AsArray().Count);
    }

    [SkippableFact]
    public void UMAP_keeps_the_three_clusters_of_longer_codes_apart()
    {
        var (places, group) = (visit.Seen["umap"]!["places"]!.AsArray(), visit.Seen["umap"]!["group"]!.AsArray());
        var points = group.Select((g, i) => (Group: (int)g!, X: (double)places[2 * i]!, Y: (double)places[2 * i + 1]!)).ToList();
        var nearest = points.Select(point => points.Where(other => other != point).MinBy(other => Math.Pow(other.X - point.X, 2) + Math.Pow(other.Y - point.Y, 2)));
        Assert.True(points.Zip(nearest).Count(pair => pair.First.Group == pair.Second.Group) > 0.98 * points.Count);
        Assert.Contains("Decoding here requires a server", (string)visit.Seen["umap"]!["text"]!, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_server_gets_one_code_at_a_time_and_the_latest_is_shown()
    {
        var (server, codes) = (visit.Seen["server"]!, visit.Seen["server"]!["codes"]!.AsArray());
        var cross = server["card"]!["cross"]!;
        Assert.InRange(codes.Count, 1, 21);
        Assert.Equal((string)server["decoded"]!, $"{codes.Count}");
        // The axes are the first two values, relative to 1.
        Assert.Equal([1 + (float)cross[0]!, 1 + (float)cross[1]!, 1, 1, 1, 1, 1, 1], codes[^1]!.AsArray().Select(value => (float)value!), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    // The CPU time of the page is about 5 ms for pointing and 20 ms for redrawing all points. If it is ten frames, there is a fault, not
    // just a slow machine.
    [SkippableFact]
    public void Pointing_and_dragging_among_sixty_thousand_points_do_not_draw_them_all_again() => Assert.All(visit.Seen["frames"]!.AsObject(), frame =>
        Assert.True((double)frame.Value!["milliseconds"]! < (frame.Key == "redraw" ? 30 : 10) * Frame, $"{frame.Key}: {frame.Value.ToJsonString()}"));

    /// <summary>Compares screenshots with stored ones in coarse cells, to ignore fonts. REPORT_ACCEPT=1 stores new screenshots.</summary>
    [SkippableFact]
    public void Screenshots_match_the_stored_ones()
    {
        Assert.NotNull(visit.Seen);
        Assert.All(["losses", "bars", "plane", "plane-dark", "vectors"], name =>
        {
            var stored = Path.Combine(BrowserVisit.Sources, "Screenshots", $"{name}.png");
            using var taken = SKBitmap.Decode(Path.Combine(BrowserVisit.Folder, $"{name}.png")).Resize(new SKImageInfo(48, 32), SKFilterQuality.High);
            if (Environment.GetEnvironmentVariable("REPORT_ACCEPT") == "1")
                File.WriteAllBytes(stored, taken.Encode(SKEncodedImageFormat.Png, 100).ToArray());
            using var expected = SKBitmap.Decode(stored);
            var differences = taken.Pixels.Zip(expected.Pixels, (a, b) =>
                (Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue)) / 3.0).ToList();
            var different = differences.Count(difference => difference > 60);
            Assert.True(differences.Average() < 6 && different < 0.04 * differences.Count,
                $"{name} differs from {stored} by {differences.Average():F1} on average and in {different} of {differences.Count} cells.");
        });
    }

    private static int Nearest(float x, float y) =>
        Enumerable.Range(0, 2000).MinBy(row => TestDocument.CodeOf(row) is var code ? Math.Pow(code[0] - x, 2) + Math.Pow(code[1] - y, 2) : 0);
}
