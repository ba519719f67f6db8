using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using FashionAE.Cli.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Tests;

[Collection(StudyRuns.Name)]
public sealed class ReportTests(StudyRuns runs) : IDisposable
{
    private readonly CommandLine _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void A_report_of_runs_is_one_page_with_every_figure()
    {
        Report(
            runs.PathOf("upright"), runs.PathOf("rotated"), runs.PathOf("denoising"), "--data", CommandLine.Sample, "--title", "A <b> & its title");
        var page = Page();
        foreach (var figure in runs.Document.Sections.SelectMany(section => section.Figures))
            Assert.Contains($"id=\"{figure.Text.Id}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        // The page is the only file.
        Assert.Equal(["report.html"], Directory.GetFileSystemEntries(_command.PathOf("report")).Select(Path.GetFileName));
        Assert.Contains("<title>A &lt;b&gt; &amp; its title</title>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_runs_are_reported_in_one_line()
    {
        var one = runs.PathOf("denoising");
        Message.Says(Failed("report", "nowhere"), "error: nowhere ", "options.json", "'fashionae train'");
        Message.Says(Failed("report", one, one), $"error: {one} ", "second", "denoising", "one of each");
        Assert.StartsWith("error: . is a folder: set --out to a file", Failed("report", one, "--out", "."), StringComparison.Ordinal);
        Directory.CreateDirectory(_command.PathOf("one"));
        foreach (var file in Directory.GetFiles(one))
            File.Copy(file, _command.PathOf("one", Path.GetFileName(file)));
        File.WriteAllText(_command.PathOf("one", "history.csv"), "epoch,trainLoss\n1,x\n");
        Assert.StartsWith("error: one/history.csv is corrupt (", Failed("report", "one"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report")]
    [InlineData("report", "run", "--model", "model.zip", "--images", "today")]
    [InlineData("report", "--model", "model.zip")]
    public void Either_runs_or_a_model_and_its_pictures_are_required(params string[] arguments)
    {
        var result = _command.Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "error: Specify either the folders of runs, or --model and --images. See 'fashionae report --help'.",
            Assert.Single(result.Errors));
    }

    [Fact]
    public void A_report_of_a_folder_has_the_names_of_files_and_subfolders_as_classes()
    {
        Pictures();
        var result = Report("--model", runs.PathOf("denoising"), "--images", "today", "--recursive");
        Assert.Equal("Skipped files with other extensions: 1 .txt", result.Output[0]);
        var rows = Codes(Page());
        Assert.Equal(12, rows.Count);
        Assert.Equal(6, rows.Count(row => row[2] == "bags"));
        Assert.All(rows, row => Assert.Equal(row[2] == "bags" ? "bags/" : "", row[1][..row[1].IndexOf('0', StringComparison.Ordinal)]));
        Assert.Equal(["bags", "today"], rows.Select(row => row[2]).Distinct().Order());
        Assert.Contains("<title>today: autoencoder report</title>", Page(), StringComparison.Ordinal);

        // The pipeline has a step before the autoencoder. The folder without its subfolder is one class.
        var ml = new MLContext(1);
        var garments = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, CommandLine.Sample);
        using var model = ml.Transforms.AddGaussianNoise("Seen", "Pixels", 0).Append(
            ml.Transforms.ApplyAutoencoder("Code", "Seen", runs.Denoising.ModelPath)).Fit(garments);
        ml.Model.Save(model, garments.Schema, _command.PathOf("model.zip"));
        Report("--model", "model.zip", "--images", "today");
        // Compare name, error and code, not the position: the plane depends on all codes. Different batches may change the last bits.
        var (expected, actual) = (rows.Where(row => row[2] != "bags").ToList(), Codes(Page()));
        Assert.Equal(expected.Select(row => row[1]), actual.Select(row => row[1]));
        static IEnumerable<double> Numbers(string[] row) => new[] { row[5] }.Concat(row[^3..]).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture));
        Assert.Equal(expected.SelectMany(Numbers), actual.SelectMany(Numbers), (x, y) => Math.Abs(x - y) < 1e-4);
    }

    [Fact]
    public void Pictures_that_cannot_be_read_are_listed_and_the_others_are_shown()
    {
        Pictures();
        File.WriteAllText(_command.PathOf("today", "0-broken.png"), "no picture");
        var result = _command.Run("report", "--model", runs.PathOf("denoising"), "--images", "today", "--out", "report/report.html");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: 0-broken.png: ", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Equal(6, Codes(Page()).Count);

        // Without a readable picture, no page is written.
        Directory.CreateDirectory(_command.PathOf("bad"));
        File.Move(_command.PathOf("today", "0-broken.png"), _command.PathOf("bad", "0.png"));
        Assert.StartsWith("error: 0.png: ", Failed("report", "--model", runs.PathOf("denoising"), "--images", "bad", "--out", "bad.html"), StringComparison.Ordinal);
        Assert.False(File.Exists(_command.PathOf("bad.html")));
    }

    [Fact]
    public void A_picture_whose_code_is_infinite_or_NaN_is_listed_with_this_reason()
    {
        var ml = new MLContext(1);
        var garments = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, CommandLine.Sample);
        // White becomes infinite.
        using var model = ml.Transforms.Expression("Seen", "(x) : x > 0.99 ? x / (x - x) : x", "Pixels").Append(
            ml.Transforms.ApplyAutoencoder("Code", "Seen", runs.Denoising.ModelPath)).Fit(garments);
        ml.Model.Save(model, garments.Schema, _command.PathOf("model.zip"));
        Directory.CreateDirectory(_command.PathOf("today"));
        foreach (var gray in new byte[] { 40, 90, 255, 140 })
            Draw(_command.PathOf("today", $"{gray}.png"), 28, gray);
        Assert.Equal(
            "error: 255.png: the model computes values for it that are infinite or NaN.",
            Failed("report", "--model", "model.zip", "--images", "today", "--out", "report/report.html"));
        Assert.Equal(["140.png", "40.png", "90.png"], Codes(Page()).Select(row => row[1]));
    }

    [Fact]
    public void Pictures_beyond_the_maximum_of_a_report_are_announced_once()
    {
        using (var model = new DenseArchitecture(new ImageShape(1, 8, 8), 1000) { HiddenSizes = [4] }.Build(1))
            AutoencoderFile.Save(model, _command.PathOf("long.safetensors"));
        Directory.CreateDirectory(_command.PathOf("today"));
        for (byte i = 0; i < 2; i++)
            Draw(_command.PathOf("today", $"000{i}.png"), 8, (byte)(100 * i));
        for (var i = 2; i < 2003; i++)
            File.Copy(_command.PathOf("today", $"000{i % 2}.png"), _command.PathOf("today", $"{i:D4}.png"));
        // The codes of a page have at most 2,000,000 values.
        Assert.Equal(
            "error: 2000.png: a report has room for 2,000 pictures of this model, so this one and those after it are not on the page.",
            Failed("report", "--model", "long.safetensors", "--images", "today", "--out", "report/report.html"));
        Assert.Equal(2000, Codes(Page()).Count);
    }

    private static void Draw(string path, int side, byte gray)
    {
        using var image = MLImage.CreateFromPixels(
            side, side, MLPixelFormat.Bgra32, [.. Enumerable.Repeat((byte[])[gray, gray, gray, 255], side * side).SelectMany(pixel => pixel)]);
        image.Save(path);
    }

    /// <summary>Creates six pictures in a folder and six in a subfolder.</summary>
    private void Pictures()
    {
        Assert.Equal(0, _command.Run("export", "--data", CommandLine.Sample, "--out", "today", "--count", "6", "--classes", "Coat").ExitCode);
        Assert.Equal(0, _command.Run("export", "--data", CommandLine.Sample, "--out", "today/bags", "--count", "6", "--classes", "Bag").ExitCode);
        foreach (var file in Directory.GetFiles(_command.PathOf("today"), "labels.csv", SearchOption.AllDirectories))
            File.Delete(file);
        File.WriteAllText(_command.PathOf("today", "notes.txt"), "");
    }

    private CommandResult Report(params string[] arguments)
    {
        var result = _command.Run(["report", .. arguments, "--out", "report/report.html"]);
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("The report is in report/report.html", result.Output[^1]);
        return result;
    }

    private string Failed(params string[] arguments)
    {
        var result = _command.Run([.. arguments, .. arguments.Contains("--model") ? (string[])[] : ["--data", CommandLine.Sample]]);
        Assert.Equal(1, result.ExitCode);
        return Assert.Single(result.Errors);
    }

    /// <summary>Reads the data of the plane of codes: row, name, class, position and error.</summary>
    private static List<string[]> Codes(string page)
    {
        const string Before = "id=\"model-codes-data\">";
        var start = page.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        using var packed = new MemoryStream(Convert.FromBase64String(page[start..page.IndexOf('<', start)]));
        using var csv = CsvReader.Create(new StreamReader(new GZipStream(packed, CompressionMode.Decompress)));
        Assert.Equal(["row", "name", "class", "x", "y", "error"], csv.Headers.Take(6));
        var rows = new List<string[]>();
        while (csv.Read())
            rows.Add([.. csv.Headers.Select((_, i) => csv.GetString(i))]);
        return rows;
    }

    private string Page() => File.ReadAllText(_command.PathOf("report", "report.html"));
}
