using FashionAE.Cli.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Tests;

/// <summary>Tests other pictures than small PNG files: rotated photographs, transparent backgrounds, other formats, and huge files.</summary>
public sealed class PhotographTests : IClassFixture<ExportedSample>, IDisposable
{
    private static readonly string[] Latent = ["Latent1", "Latent2", "Latent3"];

    private readonly ExportedSample _sample;
    private readonly CommandLine _command = new();

    public PhotographTests(ExportedSample sample)
    {
        _sample = sample;
        Directory.CreateDirectory(_command.PathOf("images"));
    }

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Photographs_are_rotated_upright_unless_as_stored_is_set()
    {
        Copy("orientation-1.jpg", "orientation-6.jpg");
        var upright = Encode().Numbers(Latent);
        Assert.Equal(upright[..3], upright[3..], (a, b) => Math.Abs(a - b) < 0.05f);
        var stored = Encode("--as-stored").Numbers(Latent);
        Assert.Equal(upright[..3], stored[..3]);
        Assert.NotEqual(upright[3..], stored[3..]);
    }

    [Fact]
    public void Transparent_pixels_get_the_background_color()
    {
        Copy("cut-out.png", "cut-out-on-white.png");
        var onBlack = Encode().Numbers(Latent);
        Assert.NotEqual(onBlack[..3], onBlack[3..], (a, b) => Math.Abs(a - b) < 1e-2f);
        foreach (var white in new[] { "white", "#ffffff" })
        {
            var onWhite = Encode("--background", white).Numbers(Latent);
            // Rounding before or after blending with white differs by at most one level.
            Assert.Equal(onWhite[..3], onWhite[3..], (a, b) => Math.Abs(a - b) < 1e-3f);
        }
        Assert.Equal(onBlack, Encode("--background", "#000000").Numbers(Latent));
        var wrong = Run("--background", "no color");
        Assert.Equal(2, wrong.ExitCode);
        Message.Says(Assert.Single(wrong.Errors), "error: --background is 'no color'", "white or #F0F0F0");
    }

    [Fact]
    public void Other_formats_are_read_or_counted()
    {
        using (var image = MLImage.CreateFromFile(Path.Combine(_sample.Images, _sample.Names[0])))
            image.Save(PathOf("garment.WEBP"));
        foreach (var name in new[] { "a.tif", "b.TIF", "notes.txt", "noending" })
            File.WriteAllText(PathOf(name), "");
        var result = Run();
        Assert.Equal(
            ["Skipped files with other extensions: 1 without extension, 2 .tif, 1 .txt", "Encoded 1 of 1 images into codes.csv"], result.Output);
        Assert.Equal(["garment.WEBP"], new Table(_command.PathOf("codes.csv"))["File"]);

        File.Delete(PathOf("garment.WEBP"));
        Assert.Contains("but 1 without extension, 2 .tif, 1 .txt", Assert.Single(Run().Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_large_pictures_are_listed_and_never_decoded()
    {
        Copy("one-bit-30000x30000.png", "cut-out.png");
        var result = Run();
        Assert.Equal(1, result.ExitCode);
        Message.Says(Assert.Single(result.Errors), "error: one-bit-30000x30000.png: ", "30000x30000 pixels", "100,000,000");
        Assert.Equal(["cut-out.png"], new Table(_command.PathOf("codes.csv"))["File"]);
        Assert.Contains("64x64 pixels", Run("--maximum-pixels", "4000").Errors[0], StringComparison.Ordinal);
        Assert.Equal(2, Run("--maximum-pixels", "0").ExitCode);
    }

    [Fact]
    public void Images_that_a_step_of_the_model_drops_are_reported()
    {
        Copy("cut-out.png", "white-97x97.png");
        var ml = new MLContext(seed: 1);
        var files = ml.Data.LoadFromEnumerable([new NamedFile { Name = PathOf("cut-out.png") }]);
        var options = new PixelOptions { Shape = FashionMnist.Shape, MaximumPixels = 5000, SkipUnreadable = true };
        using var model = ml.Transforms.LoadPixels("Pixels", null, "Name", options)
            .Append(ml.Transforms.ApplyAutoencoder("Code", "Pixels", _sample.ModelFile))
            .Fit(files);
        ml.Model.Save(model, files.Schema, _command.PathOf("model.zip"));
        var result = _command.Run("encode", "--model", "model.zip", "--images", "images", "--out", "codes.csv");
        Message.Says(Assert.Single(result.Errors), "error: white-97x97.png: ", "a step of the model", "LoadPixels");
        Assert.Equal((1, "Encoded 1 of 2 images into codes.csv"), (result.ExitCode, Assert.Single(result.Output)));
        Assert.Equal(["cut-out.png"], new Table(_command.PathOf("codes.csv"))["File"]);
    }

    private string PathOf(string name) => _command.PathOf("images", name);

    private void Copy(params string[] cases)
    {
        foreach (var name in cases)
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Cases", name), PathOf(name));
    }

    private Table Encode(params string[] options)
    {
        var result = Run(options);
        Assert.Empty(result.Errors);
        return new Table(_command.PathOf("codes.csv"));
    }

    private CommandResult Run(params string[] options) =>
        _command.Run(["encode", "--model", _sample.ModelFile, "--images", "images", "--out", "codes.csv", .. options]);
}
