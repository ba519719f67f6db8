using System.Drawing;
using System.Text.Json;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Imaging;

[Trait("Pace", "slow")]
public sealed class LoadPixelsTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-images-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_PNG_file_has_the_pixels_and_the_code_of_the_image_to_the_bit()
    {
        var garments = _ml.Data.TakeRows(Images.Garments(_ml), 60);
        var files = Write(garments.GetColumn<float[]>("Pixels"), FashionMnist.Shape, "png");
        using var model = _ml.Transforms.EncodeWithAutoencoder(
            "Code", "Pixels", Models.Options(new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [4, 8] })).Fit(garments);
        var loaded = _ml.Transforms.LoadPixels("Pixels", _folder, FashionMnist.Shape, "ImagePath").Fit(files).Transform(files);

        Assert.Equal("Vector<Single, 1, 28, 28>", $"{loaded.Schema["Pixels"].Type}");
        Assert.Equal(garments.GetColumn<float[]>("Pixels"), loaded.GetColumn<float[]>("Pixels"));
        Assert.Equal(model.Transform(garments).GetColumn<float[]>("Code"), model.Transform(loaded).GetColumn<float[]>("Code"));
    }

    [Fact]
    public void A_JPEG_file_has_nearly_the_pixels_of_the_image()
    {
        var garments = _ml.Data.TakeRows(Images.Garments(_ml), 60);
        var files = Write(garments.GetColumn<float[]>("Pixels"), FashionMnist.Shape, "jpg");
        var loaded = _ml.Transforms.LoadPixels("Pixels", _folder, FashionMnist.Shape, "ImagePath").Fit(files).Transform(files);
        var errors = garments.GetColumn<float[]>("Pixels").Zip(loaded.GetColumn<float[]>("Pixels"), (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).ToArray();
        Assert.InRange(errors.Max(), 1e-3f, 0.03f);
    }

    [Fact]
    public void Inverting_subtracts_every_value_from_one()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var row = new PictureRow { Image = Gray(16, 16, bytes) };
        var pixels = Assert.Single(Pixels(_ml.Transforms.ConvertToPixels("Pixels", "Image", new PixelOptions { Shape = new ImageShape(1, 16, 16), Invert = true }), row));
        Assert.Equal(bytes.Select(b => (255 - b) / 255f), pixels);
    }

    [Fact]
    public void Colors_are_planes_of_red_green_and_blue()
    {
        // Three pixels in a row: their bytes are blue, green, red, alpha.
        var row = new PictureRow { Image = MLImage.CreateFromPixels(3, 1, MLPixelFormat.Bgra32, [1, 2, 3, 255, 10, 20, 30, 255, 100, 150, 200, 255]) };
        var pixels = Assert.Single(Pixels(_ml.Transforms.ConvertToPixels("Pixels", new ImageShape(3, 1, 3), "Image"), row));
        Assert.Equal(new[] { 3, 30, 200, 2, 20, 150, 1, 10, 100 }.Select(b => b / 255f), pixels);
    }

    [Fact]
    public void A_gray_shape_makes_gray_of_colors()
    {
        var row = new PictureRow { Image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [10, 100, 200, 255]) };
        var pixels = Assert.Single(Pixels(_ml.Transforms.ConvertToPixels("Pixels", new ImageShape(1, 1, 1), "Image"), row));
        // 0.3 * 200 + 0.59 * 100 + 0.11 * 10 = 120.1
        Assert.Equal([120 / 255f], pixels);
    }

    [Theory]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop, new byte[] { 200, 200, 200, 200 })]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad, new byte[] { 0, 0, 200, 200 })]
    [InlineData(ImageResizingEstimator.ResizingKind.Fill, new byte[] { 200, 200, 200, 200 })]
    public void Other_proportions_are_fitted(ImageResizingEstimator.ResizingKind resizing, byte[] expected)
    {
        var row = new PictureRow { Image = Gray(4, 2, Enumerable.Repeat<byte>(200, 8).ToArray()) };
        var pixels = Assert.Single(Pixels(_ml.Transforms.ConvertToPixels("Pixels", "Image", new PixelOptions { Shape = new ImageShape(1, 2, 2), Resizing = resizing }), row));
        Assert.Equal(expected.Order(), pixels.Select(p => (byte)Math.Round(255 * p)).Order());
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    public void Pictures_in_memory_stay_the_callers_and_can_be_read_again(int side)
    {
        using var picture = Gray(side, side, Enumerable.Repeat<byte>(51, side * side).ToArray());
        var data = _ml.Data.LoadFromEnumerable([new PictureRow { Image = picture }]);
        var pixels = _ml.Transforms.ConvertToPixels("Pixels", new ImageShape(1, 16, 16), "Image").Fit(data).Transform(data);
        for (var pass = 0; pass < 3; pass++)
            Assert.Equal(Enumerable.Repeat(0.2f, 256), pixels.GetColumn<float[]>("Pixels").Single());
        Assert.Equal(side, picture.Width);
    }

    [Theory]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad)]
    [InlineData(ImageResizingEstimator.ResizingKind.Fill)]
    public void Shrinking_averages_pixels(ImageResizingEstimator.ResizingKind resizing)
    {
        // On a chessboard, the pixels at even distances have the same color.
        var row = new PictureRow { Image = Gray(16, 16, [.. Enumerable.Range(0, 256).Select(i => (byte)((i / 16 + i % 16) % 2 * 200))]) };
        var options = new PixelOptions { Shape = new ImageShape(1, 2, 2), Resizing = resizing };
        var pixels = Assert.Single(Pixels(_ml.Transforms.ConvertToPixels("Pixels", "Image", options), row));
        Assert.All(pixels, p => Assert.Equal(100 / 255f, p));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Color_photographs_are_learned_scored_and_drawn(bool convolutional)
    {
        var shape = new ImageShape(3, 16, 12);
        var random = new Random(1);
        var files = Write(Enumerable.Range(0, 24).Select(_ => Enumerable.Range(0, shape.Size).Select(_ => random.NextSingle()).ToArray()), shape, "png");
        AutoencoderArchitecture architecture = convolutional
            ? new ConvolutionalArchitecture(shape) { Channels = [4, 8] }
            : new DenseArchitecture(shape, 2) { HiddenSizes = [16], Dropout = [] };
        var options = Models.AllColumns(architecture);
        var pipeline = _ml.Transforms.LoadPixels("Pixels", _folder, shape, "ImagePath")
            .Append(_ml.Transforms.Autoencode(options))
            .Append(_ml.Transforms.ScoreReconstruction("Pixels", "Clean", "Mse2", "Psnr2", "Ssim2"))
            .Append(_ml.Transforms.DrawImages("Image", "Clean"));
        using var model = pipeline.Fit(files);
        var scored = model.Transform(files);

        var (pixels, clean) = (scored.GetColumn<float[]>("Pixels").ToArray(), scored.GetColumn<float[]>("Clean").ToArray());
        var mse = pixels.Zip(clean, (a, b) => a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Average()).ToArray();
        foreach (var (column, expected) in new[] { ("Mse", mse), ("Mse2", mse), ("Psnr", mse.Select(m => -10 * Math.Log10(m)).ToArray()) })
            Assert.All(scored.GetColumn<float>(column).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        Assert.Equal(scored.GetColumn<float>("Ssim"), scored.GetColumn<float>("Ssim2"));
        var drawn = scored.GetColumn<MLImage>("Image").ToArray();
        Assert.All(drawn.Zip(clean), pair => Assert.Equal(
            Enumerable.Range(0, 16 * 12).SelectMany(i => new[] { 2, 1, 0 }.Select(c => Math.Round(255 * pair.Second[c * 192 + i])).Append(255)).Select(v => (byte)v),
            pair.First.Pixels.ToArray()));
    }

    [Fact]
    public void A_pipeline_from_files_to_codes_is_saved_and_loaded_whole_by_another_process()
    {
        var files = Write(Images.Rows(20).Select(r => r.Pixels), Images.Shape, "png");
        using var model = _ml.Transforms.LoadPixels("Pixels", _folder, "ImagePath", new PixelOptions { Shape = Images.Shape, Invert = true })
            .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options())).Fit(files);
        var path = Path.Combine(_folder, "model.zip");
        _ml.Model.Save(model, files.Schema, path);
        var paths = Path.Combine(_folder, "paths.txt");
        File.WriteAllLines(paths, files.GetColumn<string>("ImagePath"));

        var expected = model.Transform(files).GetColumn<float[]>("Code").Select(OtherProgram.Bits).ToArray();
        Assert.Equal(20, expected.Distinct().Count());
        var lines = OtherProgram.Load(path, paths, 0);
        Assert.Equal(expected, lines[..20]);
        using var engine = _ml.Model.CreatePredictionEngine<FileRow, CodeRow>(model, new PredictionEngineOptions { OwnsTransformer = false });
        var rows = _ml.Data.CreateEnumerable<FileRow>(files, reuseRowObject: false);
        Assert.Equal(rows.Select(row => OtherProgram.Bits(engine.Predict(row).Code)), lines[20..]);
    }

    [Fact]
    public void Model_files_keep_every_option()
    {
        var options = new PixelOptions
        {
            Shape = new ImageShape(3, 8, 6),
            Invert = true,
            Resizing = ImageResizingEstimator.ResizingKind.IsoPad,
            Upright = false,
            Background = Color.FromArgb(1, 2, 3),
            MaximumPixels = 784,
            ReadableColumnName = "IsReadable",
            SkipUnreadable = true,
        };
        Assert.All(
            typeof(PixelOptions).GetProperties(), option => Assert.NotEqual(option.GetValue(new PixelOptions()), option.GetValue(options)));
        var loading = new PixelLoading("Pixels", "ImagePath", _folder, options);
        Assert.Equal(loading, JsonSerializer.Deserialize<PixelLoading>(JsonSerializer.Serialize(loading)));
        var decoding = new PixelDecoding("Pixels", "Png", options);
        Assert.Equal(decoding, JsonSerializer.Deserialize<PixelDecoding>(JsonSerializer.Serialize(decoding)));
        var converting = new PixelConverting("Pixels", "Image", options);
        Assert.Equal(converting, JsonSerializer.Deserialize<PixelConverting>(JsonSerializer.Serialize(converting)));
    }

    [Fact]
    public void Arguments_are_checked_immediately()
    {
        Message.Says<ArgumentException>(
            () => _ml.Transforms.LoadPixels("Pixels", _folder, new ImageShape(2, 28, 28), "ImagePath"), "one channel", "three", "2x28x28");
        Assert.Throws<ArgumentException>(() => _ml.Transforms.ConvertToPixels("Pixels", new ImageShape(1, 0, 28), "Image"));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.ConvertToPixels("", Images.Shape, "Image"));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.LoadPixels("Pixels", Path.Combine(_folder, "none"), Images.Shape, "ImagePath"));
        var rows = Images.View(_ml, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.ConvertToPixels("Out", Images.Shape, "Pixels").Fit(rows));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.LoadPixels("Out", _folder, Images.Shape, "Extra").Fit(rows));
    }

    private sealed class CodeRow
    {
        public float[] Code { get; set; } = [];
    }

    private static MLImage Gray(int width, int height, byte[] values) =>
        MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, values.SelectMany(v => new byte[] { v, v, v, 255 }).ToArray());

    private float[][] Pixels(IEstimator<ITransformer> estimator, params PictureRow[] rows)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        return estimator.Fit(data).Transform(data).GetColumn<float[]>("Pixels").ToArray();
    }

    /// <summary>Writes images, given as planes of values, to the files 0.png, 1.png …, and creates a view of their names.</summary>
    private IDataView Write(IEnumerable<float[]> images, ImageShape shape, string extension)
    {
        var names = new List<string>();
        var plane = shape.Height * shape.Width;
        foreach (var image in images)
        {
            var bytes = Enumerable.Range(0, plane)
                .SelectMany(i => new[] { 2, 1, 0 }.Select(c => image[i + (shape.Channels == 1 ? 0 : c) * plane]).Append(1))
                .Select(v => (byte)Math.Round(255 * v)).ToArray();
            using var file = MLImage.CreateFromPixels(shape.Width, shape.Height, MLPixelFormat.Bgra32, bytes);
            names.Add($"{names.Count}.{extension}");
            file.Save(Path.Combine(_folder, names[^1]));
        }
        return _ml.Data.LoadFromEnumerable(names.ConvertAll(name => new FileRow { ImagePath = name }));
    }
}
