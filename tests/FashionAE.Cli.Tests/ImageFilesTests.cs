using FashionAE.Cli.Tests.Support;
using FashionAE.Tests.Shared;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Tests;

public sealed class ImageFilesTests : IClassFixture<ExportedSample>, IDisposable
{
    private readonly ExportedSample _sample;
    private readonly CommandLine _command = new();

    public ImageFilesTests(ExportedSample sample)
    {
        _sample = sample;
        Directory.CreateDirectory(_command.PathOf("images"));
    }

    [SkippableFact]
    public void Special_files_are_listed_and_skipped()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows keeps pipes and devices elsewhere.");
        File.WriteAllBytes(PathOf("a.png"), Garment);
        File.CreateSymbolicLink(PathOf("link.png"), PathOf("a.png"));
        Directory.CreateDirectory(PathOf("folder.png"));
        File.CreateSymbolicLink(PathOf("device.png"), "/dev/zero");
        SpecialFile.Fifo(PathOf("fifo.png"));
        SpecialFile.Socket(PathOf("socket.png"));
        Assert.Equal(["a.png", "link.png"], Encode("device.png", "fifo.png", "socket.png"));
    }

    [Fact]
    public void Truncated_files_are_listed_and_never_encoded()
    {
        byte[][] whole = [Garment, Save("wide.png", 37, 3), Save("photograph.jpg", 28, 28), Save("small.jpg", 5, 9), JpegSamples.Progressive, JpegSamples.WithRestarts];
        var cut = new List<string>();
        for (var i = 0; i < whole.Length; i++)
        {
            // The content of a file, not its name, determines its kind.
            File.WriteAllBytes(PathOf($"whole-{i}.png"), whole[i]);
            for (var length = 0; length < whole[i].Length; length++)
            {
                cut.Add($"cut-{i}-{length:D5}.png");
                File.WriteAllBytes(PathOf(cut[^1]), whole[i][..length]);
            }
        }
        Assert.Equal(Enumerable.Range(0, whole.Length).Select(i => $"whole-{i}.png"), Encode([.. cut]));
    }

    [Fact]
    public void Bytes_after_the_end_of_an_image_are_ignored()
    {
        File.WriteAllBytes(PathOf("a.png"), [.. Garment, 1, 2, 3]);
        File.WriteAllBytes(PathOf("b.jpg"), [.. JpegSamples.Progressive, 0xff, 0xd8, 1]);
        Assert.Equal(["a.png", "b.jpg"], Encode());
    }

    [Fact]
    public void A_damaged_png_file_is_listed()
    {
        var damaged = Garment;
        damaged[^20] ^= 1;
        File.WriteAllBytes(PathOf("damaged.png"), damaged);
        File.WriteAllBytes(PathOf("whole.png"), Garment);
        Assert.Equal(["whole.png"], Encode("damaged.png"));
    }

    [Fact]
    public void A_file_that_is_not_an_image_is_reported()
    {
        File.WriteAllText(PathOf("a.png"), "no image");
        Message.Says(Assert.Single(Run().Errors), "error: a.png: ", "supported format", "PNG, JPEG, WebP, BMP or GIF");
    }

    [Fact]
    public void A_spreadsheet_does_not_run_a_name_as_a_formula()
    {
        string[] names = ["\tx.png", "\rx.png", "+x.png", "-x.png", "=1+2.png", "@x.png", "plain-=.png"];
        foreach (var name in names)
            File.WriteAllBytes(PathOf(name), Garment);
        Assert.Equal(names.Select(name => name[0] == 'p' ? name : "'" + name), Encode());
        // Numbers are not changed.
        var codes = new Table(_command.PathOf("codes.csv"));
        var expected = _sample.Codes.Numbers("Latent1", "Latent2", "Latent3")[..3];
        Assert.Contains(expected, code => code < 0);
        Assert.All(codes.Numbers("Latent1", "Latent2", "Latent3").Chunk(3), code => Assert.Equal(expected, code, (a, b) => Math.Abs(a - b) < 1e-5f));
    }

    public void Dispose() => _command.Dispose();

    private byte[] Garment => File.ReadAllBytes(Path.Combine(_sample.Images, _sample.Names[0]));

    private string PathOf(string name) => _command.PathOf("images", name);

    private CommandResult Run() => _command.Run("encode", "--model", _sample.ModelFile, "--images", "images", "--out", "codes.csv");

    /// <summary>Encodes the images and returns the names in the table. Checks that exactly the others are listed in order.</summary>
    private string[] Encode(params string[] unreadable)
    {
        var result = Run();
        Assert.Equal(unreadable, result.Errors.Select(line => line.Split(": ")[1]));
        Assert.All(result.Errors, line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
        Assert.Equal(unreadable.Length == 0 ? 0 : 1, result.ExitCode);
        return new Table(_command.PathOf("codes.csv"))["File"];
    }

    private byte[] Save(string name, int width, int height)
    {
        var pixels = new byte[4 * width * height];
        new Random(1).NextBytes(pixels);
        using var image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
        image.Save(_command.PathOf(name));
        return File.ReadAllBytes(_command.PathOf(name));
    }
}
