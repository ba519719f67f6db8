using FashionAE.Cli.Tests.Support;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Tests;

public sealed class ExportTests(ExportedSample sample) : IClassFixture<ExportedSample>, IDisposable
{
    private readonly CommandLine _command = new();

    [Fact]
    public void All_images_are_written_with_their_labels()
    {
        var table = new Table(Path.Combine(sample.Images, "labels.csv"));
        Assert.Equal(["File", "Label", "ClassName"], table.Header);
        Assert.Equal(sample.Names, table["File"]);
        Assert.Equal(sample.Data.Labels.data<long>().ToArray().Select(label => $"{label}"), table["Label"]);
        Assert.Equal(table["Label"].Select(label => sample.Data.ClassNames[int.Parse(label)]), table["ClassName"]);
        Assert.Equal(["00000-Ankle-boot.png", "00001-Pullover.png"], sample.Names[..2]);
        Assert.All(table.Rows, (row, i) => Assert.Equal($"{i:D5}-{row[2].Replace(' ', '-').Replace('/', '-')}.png", row[0]));
        Assert.Equal(table.Rows.Count + 1, Directory.GetFileSystemEntries(sample.Images).Length);
    }

    [Fact]
    public void Files_have_the_pixels_of_the_data_set()
    {
        var expected = sample.Data.Images.bytes.ToArray();
        for (var i = 0; i < sample.Names.Length; i++)
        {
            using var image = MLImage.CreateFromFile(Path.Combine(sample.Images, sample.Names[i]));
            Assert.Equal((28, 28), (image.Width, image.Height));
            var pixels = expected[(i * 784)..((i + 1) * 784)].SelectMany(gray => (byte[])[gray, gray, gray, 255]).ToArray();
            Assert.True(image.Pixels.SequenceEqual(pixels), sample.Names[i]);
        }
    }

    [Theory]
    [InlineData("T-shirt/top, Ankle boot")]
    [InlineData("T-shirt, Ankle boot")] // its former name
    public void The_first_images_of_some_classes_can_be_chosen(string classes)
    {
        string[] export = ["export", "--split", "train", "--out", "a/b", "--data", CommandLine.Sample];
        var result = _command.Run([.. export, "--classes", classes, "--count", "7"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("Wrote 7 images and labels.csv to a/b", Assert.Single(result.Output));

        using var train = Torch.FashionMnist.Load(Torch.FashionMnistSplit.Train, CommandLine.Sample);
        var labels = train.Labels.data<long>().ToArray();
        var expected = Enumerable.Range(0, labels.Length).Where(i => labels[i] is 0 or 9).Take(7)
            .Select(i => $"{i:D5}-{(labels[i] == 0 ? "T-shirt-top" : "Ankle-boot")}.png").ToArray();
        var table = new Table(_command.PathOf("a", "b", "labels.csv"));
        Assert.Equal(expected, table["File"]);
        Assert.All(table.Rows, row => Assert.Equal(row[1] == "0" ? "T-shirt/top" : "Ankle boot", row[2]));
    }

    [Fact]
    public void A_folder_with_files_is_only_written_to_with_overwrite()
    {
        string[] export = ["export", "--classes", "Bag", "--out", "images", "--data", CommandLine.Sample];
        Assert.Equal(0, _command.Run([.. export, "--count", "3"]).ExitCode);
        File.WriteAllText(_command.PathOf("images", "notes.txt"), "mine");
        File.WriteAllText(_command.PathOf("images", "photo.png"), "mine");
        var before = Directory.GetFiles(_command.PathOf("images")).Order().ToArray();

        var refused = _command.Run([.. export, "--count", "1"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("error: images is not empty: use --overwrite", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(_command.PathOf("images")).Order());

        var written = _command.Run([.. export, "--count", "1", "--overwrite"]);
        Assert.Equal(0, written.ExitCode);
        Assert.Equal("Wrote 1 image and labels.csv to images", Assert.Single(written.Output));
        Assert.Equal(
            [.. new Table(_command.PathOf("images", "labels.csv"))["File"], "labels.csv", "notes.txt", "photo.png"],
            Directory.GetFiles(_command.PathOf("images")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Hat", "--classes", "Bag,Hat")]
    [InlineData("validation", "--split", "validation")]
    [InlineData("--count", "--count", "0")]
    [InlineData("Unrecognized", "--images", "x")]
    public void A_wrong_use_ends_with_2_and_one_line_that_names_it(string named, params string[] options)
    {
        var result = _command.Run(["export", "--out", "images", .. options]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_command.PathOf("images")));
    }

    [Fact]
    public void Missing_data_does_not_create_a_folder()
    {
        var result = _command.Run("export", "--out", "images", "--data", "nowhere");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("nowhere", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_command.PathOf("images")));
    }

    public void Dispose() => _command.Dispose();
}
