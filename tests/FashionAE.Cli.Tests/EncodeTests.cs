using FashionAE.Cli.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests;

public sealed class EncodeTests(ExportedSample sample) : IClassFixture<ExportedSample>, IDisposable
{
    private static readonly string[] Latent = ["Latent1", "Latent2", "Latent3"];

    private readonly CommandLine _command = new();
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Codes_and_scores_of_exported_images_equal_those_of_the_data_set()
    {
        var table = sample.Codes;
        Assert.Equal(["File", .. Latent, "Mse", "Psnr", "Ssim"], table.Header);
        Assert.Equal(sample.Names, table["File"]);
        using var scope = NewDisposeScope();
        Assert.Equal(sample.Model.EncodeAll(sample.Data).data<float>().ToArray(), table.Numbers(Latent));
        var (images, decoded) = (sample.Data.Batch(0, sample.Data.Count), sample.Model.ReconstructAll(sample.Data));
        AssertScores(ImageQuality.MeanSquaredError(images, decoded), "Mse");
        AssertScores(ImageQuality.PeakSignalToNoiseRatio(images, decoded), "Psnr");
        AssertScores(ImageQuality.StructuralSimilarity(images, decoded), "Ssim");

        void AssertScores(Tensor expected, string column) =>
            Assert.Equal(expected.to(ScalarType.Float32).data<float>().ToArray(), table.Numbers(column));
    }

    [Fact]
    public void The_folder_of_a_run_is_a_model()
    {
        Directory.CreateDirectory(_command.PathOf("run"));
        File.Copy(sample.ModelFile, _command.PathOf("run", "model.safetensors"));
        Assert.Equal(sample.Codes.Rows, Encode("run").Rows);
    }

    [Fact]
    public void Steps_before_the_autoencoder_are_applied()
    {
        // The autoencoder ignores the labels. The chain contains another chain.
        var garments = _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, CommandLine.Sample);
        using var model = _ml.Transforms.Conversion.MapKeyToValue("Name", "Label")
            .Append(_ml.Transforms.NormalizeMinMax("Scaled", "Pixels")
                .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "Scaled", new AutoencoderOptions
                {
                    Architecture = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [16] },
                    Epochs = 1,
                    ScoringBatchSize = ExportedSample.BatchSize,
                    ScoringEngine = ScoringEngine.LibTorch, // the same engine as the command
                })))
            .Append(_ml.Transforms.Concatenate("Features", "Code"))
            .Fit(garments);
        _ml.Model.Save(model, garments.Schema, _command.PathOf("model.zip"));
        Assert.Equal(model.Transform(garments).GetColumn<float[]>("Code").SelectMany(code => code), Encode("model.zip").Numbers(Latent));
    }

    [Fact]
    public void A_pipeline_that_loads_the_files_itself_gets_their_paths()
    {
        var files = _ml.Data.LoadFromEnumerable(sample.Names.Select(name => new NamedFile { Name = name }));
        using var model = _ml.Transforms.LoadPixels("Pixels", sample.Images, FashionMnist.Shape, "Name")
            .Append(_ml.Transforms.ApplyAutoencoder("Code", "Pixels", sample.ModelFile))
            .Fit(files);
        _ml.Model.Save(model, files.Schema, _command.PathOf("model.zip"));
        ExpectLine(1, "--invert", "--model", "model.zip", "--images", sample.Images, "--invert");
        Assert.Equal(sample.Codes.Rows, Encode("model.zip").Rows);
    }

    [Fact]
    public void A_pipeline_that_begins_with_images_gets_them()
    {
        var name = sample.Names[0];
        using var image = MLImage.CreateFromFile(Path.Combine(sample.Images, name));
        var images = _ml.Data.LoadFromEnumerable([new LoadedImage { Image = image }]);
        using var model = _ml.Transforms.ConvertToPixels("Pixels", FashionMnist.Shape, "Image")
            .Append(_ml.Transforms.ApplyAutoencoder("Code", "Pixels", sample.ModelFile))
            .Fit(images);
        // ML.NET rejects a schema without a column that it can save, such as one with only images.
        _ml.Model.Save(model, null, _command.PathOf("model.zip"));
        Assert.Equal(sample.Codes.Rows, Encode("model.zip").Rows);
    }

    [Fact]
    public void The_error_of_a_model_that_needs_other_columns_names_the_column()
    {
        var halves = _ml.Data.LoadFromEnumerable([new Halves()]);
        using var model = _ml.Transforms.Concatenate("Pixels", "Upper", "Lower")
            .Append(_ml.Transforms.ApplyAutoencoder("Code", "Pixels", sample.ModelFile))
            .Fit(halves);
        _ml.Model.Save(model, halves.Schema, _command.PathOf("model.zip"));
        ExpectLine(1, "'Upper'", "--model", "model.zip", "--images", sample.Images);
    }

    [Fact]
    public void File_names_are_relative_to_the_folder_and_in_ordinal_order()
    {
        foreach (var name in (string[])["b.png", "A, \"B\".PNG", "a/x.png", "a-.png", "a/deep/y.png"])
            CopyImage(name);
        File.WriteAllText(ImagePath("notes.txt"), "no image");
        Assert.Equal(["A, \"B\".PNG", "a-.png", "b.png"], EncodeImages()["File"]);
        var all = EncodeImages("--recursive");
        Assert.Equal(["A, \"B\".PNG", "a-.png", "a/deep/y.png", "a/x.png", "b.png"], all["File"]);
        Assert.All(all.Numbers("Latent1"), code => Assert.Equal(sample.Codes.Numbers("Latent1")[0], code, 1e-5f));
    }

    [Fact]
    public void Files_that_cannot_be_read_are_listed_and_the_others_encoded()
    {
        CopyImage("a.png");
        CopyImage("c.png");
        Directory.CreateDirectory(ImagePath("sub"));
        File.WriteAllText(ImagePath("b.png"), "no image");
        File.WriteAllText(ImagePath("sub/empty.jpg"), "");
        var result = RunEncode(sample.ModelFile, _command.PathOf("images"), "--recursive");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("Encoded 2 of 4 images into codes.csv", Assert.Single(result.Output));
        Assert.Equal(2, result.Errors.Count);
        Assert.StartsWith("error: b.png: ", result.Errors[0], StringComparison.Ordinal);
        Assert.StartsWith("error: sub/empty.jpg: ", result.Errors[1], StringComparison.Ordinal);
        Assert.Equal(["a.png", "c.png"], new Table(_command.PathOf("codes.csv"))["File"]);
    }

    [Fact]
    public void Negatives_are_inverted()
    {
        CopyImage("positive.png");
        using (var image = MLImage.CreateFromFile(ImagePath("positive.png")))
        {
            var pixels = image.Pixels.ToArray().Select((value, i) => i % 4 == 3 ? value : (byte)(255 - value)).ToArray();
            using var negative = MLImage.CreateFromPixels(28, 28, image.PixelFormat, pixels);
            negative.Save(ImagePath("negative.png"));
        }
        var (upright, inverted) = (EncodeImages().Numbers(Latent), EncodeImages("--invert").Numbers(Latent));
        Assert.Equal(upright[3..], inverted[..3], Near);
        Assert.Equal(upright[..3], inverted[3..], Near);
        Assert.NotEqual(upright[..3], upright[3..], Near);

        static bool Near(float a, float b) => Math.Abs(a - b) < 1e-5f;
    }

    [Fact]
    public void Photographs_are_resized()
    {
        // The same gray garment as a JPEG of four times the width and height.
        CopyImage("garment.png");
        using (var image = MLImage.CreateFromFile(ImagePath("garment.png")))
        {
            var large = new byte[112 * 112 * 4];
            for (var i = 0; i < large.Length; i++)
                large[i] = image.Pixels[(i / 4 / 112 / 4 * 28 + i / 4 % 112 / 4) * 4 + i % 4];
            using var photograph = MLImage.CreateFromPixels(112, 112, image.PixelFormat, large);
            photograph.Save(ImagePath("garment.jpg"));
        }
        var codes = EncodeImages().Numbers("Latent1", "Latent2", "Latent3", "Mse");
        Assert.Equal(codes[4..], codes[..4], (a, b) => Math.Abs(a - b) < 0.02f);
    }

    [Theory]
    [InlineData("--model", "--images", "images")]
    [InlineData("--batch-size", "--model", "m", "--images", "images", "--batch-size", "0")]
    public void A_wrong_use_ends_with_2_and_one_line_that_names_it(string named, params string[] options) => ExpectLine(2, named, options);

    [Fact]
    public void Folders_without_images_are_reported()
    {
        ExpectLine(1, "There is no folder 'nowhere'", "--model", sample.ModelFile, "--images", "nowhere");
        Directory.CreateDirectory(ImagePath("sub"));
        ExpectLine(1, "images has no images", "--model", sample.ModelFile, "--images", "images");
    }

    [Fact]
    public void An_invalid_model_is_reported()
    {
        ExpectLine(1, "There is no model 'nowhere'", "--model", "nowhere", "--images", sample.Images);
        ExpectLine(1, $"{sample.Images} is not the folder of a run", "--model", sample.Images, "--images", sample.Images);
        File.WriteAllText(_command.PathOf("broken.safetensors"), "no model");
        ExpectLine(1, "broken.safetensors", "--model", "broken.safetensors", "--images", sample.Images);
        File.WriteAllBytes(_command.PathOf("broken.zip"), [.. "PK\u0003\u0004"u8, 1, 2, 3]);
        ExpectLine(1, "broken.zip is not a model: it is a", "--model", "broken.zip", "--images", sample.Images);
    }

    [Fact]
    public void A_pipeline_without_an_autoencoder_is_reported()
    {
        var garments = _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, CommandLine.Sample);
        _ml.Model.Save(_ml.Transforms.NormalizeMinMax("Pixels").Fit(garments), garments.Schema, _command.PathOf("other.zip"));
        ExpectLine(1, "other.zip has no autoencoder", "--model", "other.zip", "--images", sample.Images);
    }

    [Theory]
    [InlineData("weights-of-torch.pt", "safetensors.torch.save_file(model.state_dict(), ")]
    [InlineData("pointer.safetensors", "git lfs pull")]
    public void A_file_of_another_kind_is_reported_with_the_remedy(string name, string remedy)
    {
        // The content of a file, not its name, determines its kind.
        foreach (var path in new[] { name, "model.zip" })
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, name), _command.PathOf(path));
            ExpectLine(1, remedy, "--model", path, "--images", sample.Images);
        }
    }

    [Fact]
    public void A_folder_is_rejected_as_the_table()
    {
        Directory.CreateDirectory(_command.PathOf("codes.csv"));
        ExpectLine(1, "codes.csv is a folder", "--model", sample.ModelFile, "--images", sample.Images);
    }

    public void Dispose() => _command.Dispose();

    private string ImagePath(string name) => _command.PathOf("images", name);

    private void CopyImage(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ImagePath(name))!);
        File.Copy(Path.Combine(sample.Images, sample.Names[0]), ImagePath(name));
    }

    /// <summary>Encodes the sample with another model.</summary>
    private Table Encode(string model) => Encode(model, sample.Images, "--batch-size", $"{ExportedSample.BatchSize}");

    /// <summary>Encodes the images of the test.</summary>
    private Table EncodeImages(params string[] options) => Encode(sample.ModelFile, "images", options);

    private Table Encode(string model, string images, params string[] options)
    {
        var result = RunEncode(model, images, options);
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith(" images into codes.csv", result.Output[^1], StringComparison.Ordinal);
        return new Table(_command.PathOf("codes.csv"));
    }

    private CommandResult RunEncode(string model, string images, params string[] options) =>
        _command.Run(["encode", "--model", model, "--images", images, "--out", "codes.csv", .. options]);

    private void ExpectLine(int exitCode, string named, params string[] options)
    {
        var result = _command.Run(["encode", "--out", "codes.csv", .. options]);
        var line = Assert.Single(result.Errors);
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.False(File.Exists(_command.PathOf("codes.csv")));
    }
}
