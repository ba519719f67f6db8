using System.Globalization;
using System.Text.Json;
using FashionAE.Cli.Tests.Support;
using FashionAE.Tests.Shared;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Tests;

public sealed class ReportTests : IDisposable
{
    private static readonly string[] RotationFigures =
    [
        "rotation-codes.vl.json", "rotation-explorer.png", "rotation-loss-after.vl.json", "rotation-loss-before.vl.json",
        "rotation-mean-errors.png", "rotation-paths.vl.json",
        "rotation-reconstructions.png", "rotation-rotated-after.png", "rotation-rotated-before.png", "rotation-samples.png",
    ];

    private static readonly string[] DenoisingFigures =
    [
        "denoising-codes.vl.json", "denoising-errors.png", "denoising-examples.png", "denoising-explorer.png", "denoising-levels.png",
        "denoising-loss.vl.json", "denoising-mean-errors.png",
    ];

    private readonly CommandLine _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void A_report_has_every_figure_of_both_studies()
    {
        Train("upright", "rotation", "--inputs", "upright");
        Train("rotated", "rotation", "--copies", "1");
        Train("denoising", "denoising");
        Report("upright", "rotated", "denoising");
        Assert.Equal([.. DenoisingFigures, .. RotationFigures], Figures());
        foreach (var file in Directory.GetFiles(_command.PathOf("report", "figures")))
            Read(file);

        var page = File.ReadAllText(_command.PathOf("report", "report.html"));
        foreach (var figure in (string[])[.. DenoisingFigures, .. RotationFigures, "rotation-judged", "denoising-scores"])
            Assert.Contains($"id=\"{figure.Split('.')[0]}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);

        // The table is that of the run's own metrics.
        using var metrics = JsonDocument.Parse(File.ReadAllText(_command.PathOf("rotated", "metrics.json")));
        var judged = metrics.RootElement.GetProperty("conditions").GetProperty("rotated").GetProperty("judgedRight").GetDouble();
        Assert.Contains($"{100 * judged:F1}</td>", page, StringComparison.Ordinal);
        var counts = metrics.RootElement.GetProperty("conditions").GetProperty("rotated").GetProperty("decodedClasses").GetProperty("Bag");
        var bags = counts.EnumerateObject() // of 50 images
            .Select(decoded => (2.0 * decoded.Value.GetInt32()).ToString("F1", CultureInfo.InvariantCulture));
        Assert.Contains(
            $"<th scope=\"row\">Bag</th>{string.Concat(bags.Select(share => $"<td class=\"number\">{share}</td>"))}",
            page[page.IndexOf("<figure id=\"rotation-decoded-after\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_of_one_run_says_what_is_missing()
    {
        Train("rotated", "rotation", "--copies", "1");
        Report("rotated");
        Assert.DoesNotContain("rotation-rotated-before.png", Figures());
        Assert.DoesNotContain(Figures(), name => name!.StartsWith("denoising", StringComparison.Ordinal));
        Assert.Contains("fashionae train denoising", File.ReadAllText(_command.PathOf("report", "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_runs_are_named_in_one_line()
    {
        Message.Says(Assert.Single(Failed("report", "nowhere", "--data", CommandLine.Sample)), "error: nowhere ", "options.json", "'fashionae train'");
        Train("one", "denoising");
        Message.Says(Assert.Single(Failed("report", "one", "one", "--data", CommandLine.Sample)), "error: one ", "second", "denoising", "one of each");
        File.WriteAllText(_command.PathOf("one", "history.csv"), "epoch,trainLoss\n1,x\n");
        Assert.StartsWith("error: one/history.csv is corrupt (", Assert.Single(Failed("report", "one", "--data", CommandLine.Sample)), StringComparison.Ordinal);
        Assert.StartsWith("error: . is a folder: name a file by --out", Assert.Single(Failed("report", "one", "--out", ".", "--data", CommandLine.Sample)), StringComparison.Ordinal);
    }

    private void Train(string run, params string[] study) =>
        Assert.Equal(0, _command.Run(["train", .. study, "--epochs", "1", "--data", CommandLine.Sample, "--out", run]).ExitCode);

    private void Report(params string[] runs)
    {
        var result = _command.Run(["report", .. runs, "--out", "report/report.html", "--data", CommandLine.Sample]);
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("The report is report/report.html; its figures are in report/figures", Assert.Single(result.Output));
    }

    private IEnumerable<string> Failed(params string[] arguments)
    {
        var result = _command.Run(arguments);
        Assert.Equal(1, result.ExitCode);
        return result.Errors;
    }

    private IEnumerable<string?> Figures() => Directory.GetFiles(_command.PathOf("report", "figures")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static void Read(string file)
    {
        if (file.EndsWith(".png", StringComparison.Ordinal))
        {
            using var image = MLImage.CreateFromFile(file);
            Assert.True(image.Width >= 28);
        }
        else
        {
            using var chart = JsonDocument.Parse(File.ReadAllText(file));
            Assert.StartsWith("https://vega.github.io/schema/vega-lite/v6", chart.RootElement.GetProperty("$schema").GetString(), StringComparison.Ordinal);
        }
    }
}
