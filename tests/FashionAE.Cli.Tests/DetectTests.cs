using System.Drawing;
using System.Globalization;
using FashionAE.Cli.Tests.Support;
using FashionAE.Tests.Shared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Tests;

/// <summary>Tests detect on small gray pictures of a bright bar that varies slightly. Some have a white spot on the dark background.</summary>
[Trait("Pace", "slow")]
public sealed class DetectTests : IDisposable
{
    private const int Side = 16;

    // A part of the dark background in every picture.
    private static readonly Rectangle Spot = new(2, 2, 3, 3);
    private static readonly string[] Short = ["--epochs", "6", "--threads", "1"];

    private readonly CommandLine _command = new();

    public DetectTests()
    {
        for (var i = 0; i < 30; i++)
            Draw($"good/{i:D2}.png", i);
        for (var i = 0; i < 4; i++)
            Draw($"today/whole-{i}.png", 100 + i);
        Draw("today/spot.png", 200, hasSpot: true);
        Draw("today/large spot.png", 201, hasSpot: true, scale: (2, 3));
    }

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Anomalies_come_first_with_their_boxes_in_pixels_of_the_picture()
    {
        var table = Detect("verdicts");
        Assert.Equal(["File", "Score", "Probability", "Anomaly", "X", "Y", "Width", "Height"], table.Header);
        Assert.Equal(["large spot.png", "spot.png"], table["File"][..2].Order(StringComparer.Ordinal));
        Assert.Equal(table.Numbers("Score").OrderDescending(), table.Numbers("Score"));
        Assert.All(table.Numbers("Probability"), probability => Assert.InRange(probability, 0, 1));
        Assert.Equal(["True", "True"], table["Anomaly"][..2]);
        foreach (var row in table.Rows.Where(row => row[3] == "True").Take(2))
        {
            var (x, y) = row[0] == "spot.png" ? (1, 1) : (2, 3);
            var spot = new Rectangle(Spot.X * x, Spot.Y * y, Spot.Width * x, Spot.Height * y);
            var numbers = row[4..].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            var box = new Rectangle(numbers[0], numbers[1], numbers[2], numbers[3]);
            Assert.True(box.Contains(spot.X + spot.Width / 2, spot.Y + spot.Height / 2), $"{row[0]}: {box}");
            Assert.True(box.Width <= Spot.Width * x * 3 && box.Height <= Spot.Height * y * 3, $"{row[0]}: {box}");
        }
        Assert.All(table.Rows.Where(row => row[3] == "False"), row => Assert.Equal(["", "", "", ""], row[4..]));
        // Every anomaly, and no other picture, has an overlay and is on the page.
        var anomalies = table.Rows.Where(row => row[3] == "True").Select(row => row[0]).ToArray();
        Assert.Equal(
            anomalies.Select(name => $"{name}.png").Order(StringComparer.Ordinal),
            Directory.GetFiles(_command.PathOf("verdicts", "overlays")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        using var overlay = MLImage.CreateFromFile(_command.PathOf("verdicts", "overlays", "spot.png.png"));
        Assert.Equal((256, 256), (overlay.Width, overlay.Height));
        var page = Page("verdicts");
        Assert.Equal(anomalies.Length, page.Split("<h2>").Length - 1);
        Assert.Contains("alt=\"Heat of spot.png: the largest marked region is ", page, StringComparison.Ordinal);
        // The page loads nothing and has no script.
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Equal(2 * anomalies.Length, page.Split("src=\"data:image/").Length - 1);
    }

    [Fact]
    public void An_existing_detector_returns_the_same_verdicts()
    {
        var expected = Detect("verdicts").Rows;
        var again = Run("verdicts", Short);
        Assert.Equal("verdicts/model.zip already exists for the same pictures and settings: nothing was trained", again.Output[0]);
        Assert.Equal(expected, Verdicts("verdicts").Rows);

        // The printed threshold separates the verdicts in the table.
        const string Before = "Scores above ";
        var line = Assert.Single(again.Output, line => line.StartsWith(Before, StringComparison.Ordinal));
        var threshold = float.Parse(line[Before.Length..].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.All(expected, row => Assert.Equal(row[3], $"{float.Parse(row[1], CultureInfo.InvariantCulture) > threshold}"));
        Assert.Contains($"<p>{line}. ", Page("verdicts"), StringComparison.Ordinal);

        File.Move(_command.PathOf("verdicts", "model.zip"), _command.PathOf("moved.zip"));
        var other = _command.Run("detect", "--model", "moved.zip", "--images", "today", "--out", "more", "--threads", "1", "--all-overlays");
        Assert.True(other.ExitCode == 0, string.Join('\n', other.Errors));
        Assert.Equal(expected, Verdicts("more").Rows);
        Assert.Equal(expected.Count, Page("more").Split("<h2>").Length - 1);
        // The boxes of normal pictures are not computed, so the page does not say whether regions are marked.
        var normal = Page("more").Split("<li>").Where(article => article.Contains("<p>Normal, ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(expected.Count(row => row[3] == "False"), normal.Length);
        Assert.NotEmpty(normal);
        Assert.All(normal, article => Assert.DoesNotContain("region", article, StringComparison.Ordinal));

        // The model is an ML.NET pipeline from paths to verdicts.
        var ml = new MLContext();
        var pipeline = ml.Model.Load(_command.PathOf("moved.zip"), out _);
        using var owner = pipeline as IDisposable;
        var rows = expected.ConvertAll(row => new PathRow { ImagePath = _command.PathOf("today", row[0]) });
        var scores = pipeline.Transform(ml.Data.LoadFromEnumerable(rows)).GetColumn<float>("Score");
        Assert.Equal(
            expected.Select(row => float.Parse(row[1], CultureInfo.InvariantCulture)), scores, (a, b) => Math.Abs(a - b) <= 1e-4 * Math.Abs(a));

        // A report shows the same verdicts.
        var report = _command.Run("report", "--model", "moved.zip", "--images", "today", "--out", "report.html");
        Assert.Empty(report.Errors);
        var page = File.ReadAllText(_command.PathOf("report.html"));
        Assert.Contains("id=\"model-verdicts\"", page, StringComparison.Ordinal);
        var anomalies = expected.Count(row => row[3] == "True");
        Assert.Contains(
            $"<th scope=\"row\">today</th><td class=\"number\">6</td><td class=\"number\">{anomalies}</td>", page, StringComparison.Ordinal);

        // The name of this overlay would exceed the limit of most file systems.
        var longName = $"{new string('n', 248)}.png";
        File.Copy(_command.PathOf("today", "spot.png"), _command.PathOf("today", longName));
        other = _command.Run("detect", "--model", "moved.zip", "--images", "today", "--out", "more", "--threads", "1", "--all-overlays");
        Assert.True(other.ExitCode == 0, string.Join('\n', other.Errors));
        Assert.Contains(longName, Verdicts("more")["File"]);
        Assert.Equal(expected.Count + 1, Page("more").Split("<h2>").Length - 1);
    }

    [Fact]
    public void Other_settings_or_pictures_start_a_new_training()
    {
        string[] two = ["--epochs", "2", "--threads", "1"];
        Detect("verdicts", two);
        Assert.Contains(Run("verdicts", [.. two, "--seed", "2"]).Output, IsTraining);
        Draw("good/new.png", 77);
        Assert.Contains(Run("verdicts", [.. two, "--seed", "2"]).Output, IsTraining);
        Assert.DoesNotContain(Run("verdicts", [.. two, "--seed", "2"]).Output, IsTraining);

        static bool IsTraining(string line) => line.StartsWith("Training a detector", StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_training_continues_to_the_same_detector()
    {
        string[] options = ["--epochs", "60", "--threads", "1"];
        var stopped = _command.InterruptAfter(
            "epoch  10 of", ["detect", "--normal", "good", "--images", "today", "--out", "verdicts", .. options]);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Equal("Stopped. Run the same command again to continue.", Assert.Single(stopped.Errors));
        Assert.False(File.Exists(_command.PathOf("verdicts", "model.zip")));
        var resumed = Run("verdicts", options);
        var goOn = Assert.Single(resumed.Output, line => line.StartsWith("Continuing after epoch ", StringComparison.Ordinal));
        Assert.InRange(int.Parse(goOn.Split(' ')[3], CultureInfo.InvariantCulture), 10, 59);
        Assert.DoesNotContain(resumed.Output, line => line.StartsWith("epoch   1 of", StringComparison.Ordinal));
        Assert.Equal(Detect("whole", options).Rows, Verdicts("verdicts").Rows);
        Assert.Empty(Directory.GetFiles(_command.PathOf("verdicts"), "*.checkpoint"));
    }

    [Fact]
    public void Only_one_run_at_a_time_writes_to_a_folder()
    {
        string[] detect = ["detect", "--normal", "good", "--images", "today", "--out", "verdicts", "--threads", "1", "--epochs"];
        var first = _command.RunUntil("epoch   1 of", process =>
        {
            var stamp = File.ReadAllText(_command.PathOf("verdicts", "detect.json"));
            var second = _command.Run([.. detect, "1"]);
            Assert.Equal(1, second.ExitCode);
            Message.Says(Assert.Single(second.Errors), "verdicts is in use: another run is writing to it", "use another folder");
            Assert.Equal(stamp, File.ReadAllText(_command.PathOf("verdicts", "detect.json")));
            CommandLine.Interrupt(process);
        }, [.. detect, "100000"]);
        Assert.Equal(130, first.ExitCode);
        Assert.Equal(["detect.json", "training.checkpoint"], Files());
        // Files of a killed run do not block the next run.
        File.WriteAllText(_command.PathOf("verdicts", "run.lock"), "");
        File.WriteAllText(_command.PathOf("verdicts", $"model.zip.{Guid.NewGuid():N}.tmp"), "half of it");
        Assert.Equal(0, _command.Run([.. detect, "1"]).ExitCode);
        Assert.Equal(["detect.json", "index.html", "model.zip", "verdicts.csv"], Files());

        IEnumerable<string?> Files() =>
            Directory.GetFiles(_command.PathOf("verdicts")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Files_that_cannot_be_read_are_listed_every_time()
    {
        File.WriteAllText(_command.PathOf("good", "torn.png"), "no picture");
        File.WriteAllText(_command.PathOf("today", "empty.jpg"), "");
        for (var run = 0; run < 2; run++)
        {
            var result = Run("verdicts", ["--epochs", "1", "--threads", "1"], exitCode: 1);
            Assert.Equal(2, result.Errors.Count);
            Assert.StartsWith("error: good/torn.png: it is not a picture", result.Errors[0], StringComparison.Ordinal);
            Assert.StartsWith("error: today/empty.jpg: ", result.Errors[1], StringComparison.Ordinal);
            Assert.Equal(6, Verdicts("verdicts").Rows.Count);
        }
        Assert.Contains("except 1 that could not be read", Page("verdicts"), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_harmless_in_the_table_and_in_the_page()
    {
        Draw("today/=1+1.png", 202, hasSpot: true);
        Draw("today/sub/<b>&\"x\".png", 203, hasSpot: true);
        var table = Detect("verdicts", [.. Short, "--recursive", "--all-overlays"]);
        Assert.Contains("'=1+1.png", table["File"]);
        Assert.Contains("sub/<b>&\"x\".png", table["File"]);
        var page = Page("verdicts");
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Contains("<h2>sub/&lt;b&gt;&amp;&quot;x&quot;.png</h2>", page, StringComparison.Ordinal);
        Assert.True(File.Exists(_command.PathOf("verdicts", "overlays", "sub", "<b>&\"x\".png.png")));
    }

    [Theory]
    [InlineData(2, "either --normal, to train a detector, or --model", "--images", "today", "--out", "new")]
    [InlineData(2, "either --normal", "--normal", "good", "--model", "m.zip", "--images", "today", "--out", "new")]
    [InlineData(2, "--size is only for training", "--model", "m.zip", "--images", "today", "--out", "new", "--size", "32")]
    [InlineData(2, "--size is '4'", "--normal", "good", "--images", "today", "--out", "new", "--size", "4")]
    [InlineData(2, "one number or two, each 8 to 512", "--normal", "good", "--images", "today", "--out", "new", "--size", "96x513")]
    [InlineData(2, "--channels must be 1 or 3", "--normal", "good", "--images", "today", "--out", "new", "--channels", "2")]
    [InlineData(2, "--false-alarms must be above 0", "--normal", "good", "--images", "today", "--out", "new", "--false-alarms", "1")]
    [InlineData(1, "There is no folder 'nowhere': set --normal to a folder with images", "--normal", "nowhere", "--images", "today", "--out", "new")]
    [InlineData(1, "There is no model 'm.zip'", "--model", "m.zip", "--images", "today", "--out", "new")]
    [InlineData(1, "today has 6 readable pictures, too few", "--normal", "today", "--images", "today", "--out", "new")]
    [InlineData(1, "today/sub is in today, whose pictures are read", "--normal", "good", "--images", "today", "--out", "today/sub", "--recursive")]
    [InlineData(1, "good is not empty and not a folder of 'fashionae detect'", "--normal", "good", "--images", "today", "--out", "good")]
    public void Invalid_options_are_reported_in_one_line(int exitCode, string named, params string[] options)
    {
        var result = _command.Run(["detect", .. options]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(_command.PathOf("new", "verdicts.csv")));
    }

    [Fact]
    public void A_model_of_another_kind_is_rejected()
    {
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable([new PathRow()]);
        ml.Model.Save(ml.Transforms.CopyColumns("Path", "ImagePath").Fit(rows), rows.Schema, _command.PathOf("other.zip"));
        foreach (var file in new[] { "other.zip", "good/00.png" })
        {
            var result = _command.Run("detect", "--model", file, "--images", "today", "--out", "new");
            Assert.Equal(1, result.ExitCode);
            Message.Says(Assert.Single(result.Errors), $"{file} is not a model of 'fashionae detect'", "use the model.zip", "--normal");
        }
    }

    [Fact]
    public void Help_explains_every_option()
    {
        var result = _command.Run("detect", "--help");
        foreach (var option in new[]
        {
            "--normal", "--model", "--images", "--out", "--recursive", "--all-overlays", "--size", "--channels", "--epochs", "--latent-size",
            "--false-alarms", "--seed", "--invert", "--background", "--as-stored", "--maximum-pixels", "--device", "--threads",
        })
            Assert.Single(result.Output, line => line.TrimStart().StartsWith(option + " ", StringComparison.Ordinal));
    }

    private Table Detect(string folder, string[]? options = null)
    {
        Run(folder, options ?? Short);
        return Verdicts(folder);
    }

    private CommandResult Run(string folder, string[] options, int exitCode = 0)
    {
        var result = _command.Run(["detect", "--normal", "good", "--images", "today", "--out", folder, .. options]);
        Assert.True(result.ExitCode == exitCode, string.Join('\n', [.. result.Output, .. result.Errors]));
        return result;
    }

    private Table Verdicts(string folder) => new(_command.PathOf(folder, "verdicts.csv"));

    private string Page(string folder) => File.ReadAllText(_command.PathOf(folder, "index.html"));

    private void Draw(string name, int seed, bool hasSpot = false, (int X, int Y)? scale = null)
    {
        var random = new Random(seed);
        var (left, light, (x, y)) = (random.Next(7, 9), random.Next(120, 160), scale ?? (1, 1));
        var pixels = new byte[Side * Side * x * y * 4];
        for (var i = 0; i < pixels.Length / 4; i++)
        {
            var place = new Point(i % (Side * x) / x, i / (Side * x) / y);
            var value = hasSpot && Spot.Contains(place) ? 255 : place.X >= left && place.X < left + 5 ? light : 20;
            pixels.AsSpan(4 * i, 3).Fill((byte)(value - random.Next(4)));
            pixels[4 * i + 3] = 255;
        }
        for (var i = 0; i < pixels.Length; i += 4)
            pixels[i + 1] = pixels[i + 2] = pixels[i];
        var path = _command.PathOf(name.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var image = MLImage.CreateFromPixels(Side * x, Side * y, MLPixelFormat.Bgra32, pixels);
        image.Save(path);
    }

    private sealed class PathRow
    {
        public string ImagePath { get; init; } = "";
    }
}
