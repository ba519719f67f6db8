using System.Drawing;
using System.Text;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>Tests files that are missing, damaged, too large or not images, among valid ones.</summary>
public sealed class UnreadablePictureTests : IDisposable
{
    private static readonly PixelOptions Garment = new() { Shape = new ImageShape(1, 28, 28) };

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-unreadable-").FullName;

    public UnreadablePictureTests()
    {
        using (var image = Pictures.Gray(28, 28, (x, y) => (byte)(x * y % 256)))
            foreach (var name in new[] { "whole.png", "whole.jpg", "whole.webp" })
                image.Save(PathOf(name));
        foreach (var extension in new[] { "png", "jpg" })
        {
            var bytes = File.ReadAllBytes(PathOf($"whole.{extension}"));
            File.WriteAllBytes(PathOf($"cut-off.{extension}"), bytes[..(bytes.Length / 2)]);
        }
        File.WriteAllText(PathOf("text.png"), "no picture");
        File.WriteAllText(PathOf("empty.png"), "");
        // The beginning of a data file (IDX) that Skia takes for an image of the format WBMP.
        File.WriteAllBytes(PathOf("numbers.png"), [0, 0, 8, 3, .. new byte[200]]);
        File.WriteAllText(PathOf("scan.tif"), "II*\0 a format that is not decoded");
        Directory.CreateDirectory(PathOf("folder.png"));
    }

    public static TheoryData<string, Type, string> Bad => new()
    {
        { "missing.png", typeof(FileNotFoundException), "Row 2: the file '{0}' does not exist." },
        { "nowhere/missing.png", typeof(FileNotFoundException), "Row 2: the file '{0}' does not exist." },
        { "text.png", typeof(InvalidDataException), "Row 2: '{0}' cannot be read: it is not a picture in a supported format" },
        { "empty.png", typeof(InvalidDataException), "Row 2: '{0}' cannot be read: it is not a picture in a supported format" },
        { "scan.tif", typeof(InvalidDataException), "Row 2: '{0}' cannot be read: it is not a picture in a supported format" },
        { "cut-off.png", typeof(InvalidDataException), "Row 2: '{0}' cannot be read: it is " },
        { "cut-off.jpg", typeof(InvalidDataException), "Row 2: '{0}' cannot be read: it is " },
        { "nul\0.png", typeof(IOException), "Row 2: '{0}' cannot be read: " },
        { "numbers.png", typeof(InvalidDataException), "Row 2: '{0}' cannot be read: it is not a picture in a supported format" },
        { "folder.png", typeof(IOException), "Row 2: '{0}' cannot be read: " },
        { "", typeof(InvalidOperationException), "Row 2 has no path in column 'ImagePath'" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Bad))]
    public void The_exception_names_the_row_and_the_file(string name, Type type, string message)
    {
        var files = Files("whole.png", "whole.jpg", name, "whole.png");
        var view = _ml.Transforms.LoadPixels("Pixels", _folder, Garment.Shape, "ImagePath").Fit(files).Transform(files);
        using var cursor = view.GetRowCursor([view.Schema["Pixels"]]);
        var (get, pixels) = (cursor.GetGetter<VBuffer<float>>(view.Schema["Pixels"]), default(VBuffer<float>));
        // The rows before it are served.
        for (var row = 0; row < 2; row++)
        {
            Assert.True(cursor.MoveNext());
            get(ref pixels);
        }
        Assert.True(cursor.MoveNext());
        var error = Assert.Throws(type, () => get(ref pixels));
        Assert.StartsWith(string.Format(null, message, PathOf(name)), error.Message);
        if (name.EndsWith(".png", StringComparison.Ordinal) && type == typeof(InvalidDataException))
            Assert.Contains($"'{PathOf(name)}'", Assert.Throws<InvalidDataException>(() => PixelReader.Read(PathOf(name), Garment)).Message);
    }

    [Fact]
    public void A_null_path_and_a_null_image_name_the_row()
    {
        var paths = _ml.Data.LoadFromEnumerable([new FileRow { ImagePath = PathOf("whole.png") }, new FileRow { ImagePath = null! }]);
        var loaded = _ml.Transforms.LoadPixels("Pixels", null, Garment.Shape, "ImagePath").Fit(paths).Transform(paths);
        Message.Says<InvalidOperationException>(
            () => loaded.GetColumn<float[]>("Pixels").ToArray(), "Row 1", "'ImagePath'", "remove such rows", "SkipUnreadable");

        using var image = Pictures.Gray(5, 5, (_, _) => 9);
        var disposed = Pictures.Gray(5, 5, (_, _) => 9);
        disposed.Dispose();
        foreach (var (bad, expected) in new[] { (null, "Row 1 has no image in column 'Image'"), (disposed, "The image of row 1 in column 'Image' cannot be read") })
        {
            var images = _ml.Data.LoadFromEnumerable([new PictureRow { Image = image }, new PictureRow { Image = bad }]);
            var converted = _ml.Transforms.ConvertToPixels("Pixels", Garment.Shape, "Image").Fit(images).Transform(images);
            var error = Assert.Throws<InvalidOperationException>(() => converted.GetColumn<float[]>("Pixels").ToArray());
            Assert.StartsWith(expected, error.Message);
        }
    }

    [Fact]
    public void A_column_says_which_pictures_could_be_read_and_their_pixels_are_missing()
    {
        string[] names = ["whole.png", .. Bad.Select(row => (string)row[0]), "whole.jpg"];
        var files = Files(names);
        var options = Garment with { ReadableColumnName = "IsReadable" };
        var view = _ml.Transforms.LoadPixels("Pixels", _folder, "ImagePath", options).Fit(files).Transform(files);

        var readable = names.Select(name => name.StartsWith("whole", StringComparison.Ordinal)).ToArray();
        Assert.Equal(readable, view.GetColumn<bool>("IsReadable"));
        Assert.Equal(readable, view.GetColumn<float[]>("Pixels").Select(pixels => !pixels.All(float.IsNaN)));
        Assert.Equal(["whole.png", "whole.jpg"], _ml.Data.FilterRowsByMissingValues(view, "Pixels").GetColumn<string>("ImagePath"));
    }

    [Fact]
    public void Unreadable_pictures_are_skipped_in_training_and_scoring_after_loading_too()
    {
        var files = Files(["whole.png", .. Bad.Select(row => (string)row[0]), .. Enumerable.Repeat("whole.jpg", 20)]);
        var pipeline = _ml.Transforms.LoadPixels("Pixels", _folder, "ImagePath", Garment with { SkipUnreadable = true })
            .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(new ConvolutionalArchitecture(Garment.Shape) { Channels = [4, 8] })));
        using var model = pipeline.Fit(files);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, files.Schema, stream);
        using var loaded = (TransformerChain<ITransformer>)_ml.Model.Load(stream, out _);
        var log = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                log.Add(e.RawMessage);
        };
        foreach (var chain in new ITransformer[] { model, loaded })
        {
            log.Clear();
            Assert.Equal(["whole.png", .. Enumerable.Repeat("whole.jpg", 20)], chain.Transform(files).GetColumn<string>("ImagePath"));
            Assert.Equal(Bad.Count, log.Count);
            Assert.Contains($"Row 3: '{PathOf("text.png")}' cannot be read: it is not a picture in a supported format: use PNG, JPEG, WebP, BMP or GIF.", log);
        }
        using var engine = _ml.Model.CreatePredictionEngine<FileRow, CodeRow>(loaded, new PredictionEngineOptions { OwnsTransformer = false });
        Assert.All(engine.Predict(new FileRow { ImagePath = "text.png" }).Code, value => Assert.Equal(float.NaN, value));
        Assert.All(engine.Predict(new FileRow { ImagePath = "whole.png" }).Code, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_picture_of_too_many_pixels_is_refused_by_its_header()
    {
        var gif = PathOf("bomb.gif");
        // A screen and a frame of 65,535 x 65,535 pixels, with almost no data.
        File.WriteAllBytes(gif,
        [
            .. "GIF89a"u8, 255, 255, 255, 255, 0x80, 0, 0, 0, 0, 0, 255, 255, 255,
            0x2c, 0, 0, 0, 0, 255, 255, 255, 255, 0, 2, 2, 0x4c, 0x01, 0, 0x3b,
        ]);
        foreach (var path in new[] { Pictures.Case("one-bit-30000x30000.png"), gif })
        {
            var error = Assert.Throws<InvalidDataException>(() => Pictures.Load(path, Garment));
            Assert.Contains("more than the maximum of 100,000,000: ", error.Message);
            Assert.Contains($"'{path}'", error.Message);
        }
        // A sparse file, which needs no disk space.
        var endless = PathOf("long.png");
        using (var file = File.Create(endless))
            file.SetLength(1L << 30);
        Assert.Contains("bytes or more: compress the picture.", Assert.Throws<InvalidDataException>(() => Pictures.Load(endless, Garment)).Message);
        // The limit is inclusive, and an option.
        Assert.Contains("28x28 pixels", Assert.Throws<InvalidDataException>(() => Pictures.Load(PathOf("whole.png"), Garment with { MaximumPixels = 783 })).Message);
        Assert.Equal(784, Pictures.Load(PathOf("whole.png"), Garment with { MaximumPixels = 784 }).Length);
    }

    [Fact]
    public void Large_photographs_are_decoded_at_a_reduced_size_that_looks_the_same()
    {
        var path = PathOf("large.jpg");
        using (var gradient = Pictures.Gray(2000, 1500, (x, y) => (byte)((x + y) * 255 / 3498)))
            gradient.Save(path);
        using (var stream = File.OpenRead(path))
        using (var codec = PictureFile.Open(stream, Garment.MaximumPixels))
        using (var reduced = PictureFile.Decode(codec, new Size(28, 28)))
            Assert.Equal((500, 375), (reduced.Width, reduced.Height));
        var pixels = Pictures.Load(path, Garment);
        using var whole = PixelReader.ReadImage(path, Garment);
        Assert.All(pixels.Zip(Pictures.Convert(whole, Garment)), pair => Assert.Equal(pair.Second, pair.First, 2 / 255f));
    }

    [Fact]
    public void Transparent_pixels_show_the_background()
    {
        var (onBlack, onWhite) = (Garment with { Shape = new ImageShape(1, 64, 64) }, Garment with { Shape = new ImageShape(1, 64, 64), Background = Color.White });
        var cutOut = Pictures.Case("cut-out.png");
        Assert.Equal(Pictures.Load(Pictures.Case("cut-out-on-white.png"), onWhite), Pictures.Load(cutOut, onWhite));
        Assert.NotEqual(Pictures.Load(cutOut, onBlack), Pictures.Load(cutOut, onWhite));

        // Half transparent: 100 * 128 / 255 of the pixel, and 127 / 255 of red, green or blue behind it.
        using var veil = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [50, 50, 50, 128]);
        var pixels = Pictures.Convert(veil, new PixelOptions { Shape = new ImageShape(3, 1, 1), Background = Color.FromArgb(255, 100, 10) });
        Assert.Equal(new[] { 177, 100, 55 }.Select(level => level / 255f), pixels);
        // Padding has the background color too; inverting is the last step.
        var padded = Pictures.Convert(veil, new PixelOptions
        {
            Shape = new ImageShape(1, 1, 3),
            Resizing = Microsoft.ML.Transforms.Image.ImageResizingEstimator.ResizingKind.IsoPad,
            Background = Color.White,
            Invert = true,
        });
        Assert.Equal(new[] { 0, 255 - 177, 0 }.Select(level => level / 255f), padded);
    }

    [Fact]
    public void WebP_and_BMP_files_are_read()
    {
        // 24 bits per pixel, rows from the bottom, each padded to a multiple of four bytes.
        using var bmp = new MemoryStream();
        using (var writer = new BinaryWriter(bmp, Encoding.ASCII, leaveOpen: true))
        {
            writer.Write("BM"u8);
            foreach (var value in new[] { 54 + 16, 0, 54, 40, 2, 2, 1 | (24 << 16), 0, 16, 2835, 2835, 0, 0 })
                writer.Write(value);
            writer.Write([1, 1, 1, 2, 2, 2, 0, 0, 3, 3, 3, 4, 4, 4, 0, 0]);
        }
        File.WriteAllBytes(PathOf("small.bmp"), bmp.ToArray());
        Assert.Equal(new[] { 3, 4, 1, 2 }.Select(level => level / 255f), Pictures.Load(PathOf("small.bmp"), new PixelOptions { Shape = new ImageShape(1, 2, 2) }));
        Assert.All(
            Pictures.Load(PathOf("whole.webp"), Garment).Zip(Pictures.Load(PathOf("whole.png"), Garment)),
            pair => Assert.Equal(pair.Second, pair.First, 0.2f));
    }

    [Fact]
    public void Many_files_are_read_in_their_order()
    {
        var names = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            using var image = Pictures.Gray(28, 28, (_, _) => (byte)i);
            image.Save(PathOf($"{i}.png"));
            names.Add($"{i}.png");
        }
        var files = Files([.. names]);
        var view = _ml.Transforms.LoadPixels("Pixels", _folder, Garment.Shape, "ImagePath").Fit(files).Transform(files);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i / 255f), view.GetColumn<float[]>("Pixels").Select(pixels => pixels.Distinct().Single()));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private IDataView Files(params string[] names) => _ml.Data.LoadFromEnumerable(names.Select(name => new FileRow { ImagePath = name }).ToArray());

    private sealed class CodeRow
    {
        public float[] Code { get; set; } = [];
    }
}
