using System.Drawing;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>Compares the pixels and errors of image files in bytes with those of <c>LoadPixels</c> for the same files.</summary>
public sealed class DecodePixelsTests : IDisposable
{
    private static readonly PixelOptions Garment = new() { Shape = new ImageShape(1, 28, 28) };
    private static readonly byte[] Whole = File.ReadAllBytes(Pictures.Case("white-97x97.png"));
    private static readonly byte[] Photograph = File.ReadAllBytes(Pictures.Case("orientation-6.jpg"));

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-bytes-").FullName;

    public static TheoryData<string> Files =>
        ["white-97x97.png", "white-1080x1920.png", "orientation-1.jpg", "orientation-6.jpg", "cut-out.png", "new.webp", "new.bmp"];

    public static TheoryData<string, byte[]> Bad => new()
    {
        { "text", "no picture"u8.ToArray() },
        // The beginning of a data file (IDX) that Skia takes for an image of the format WBMP.
        { "numbers", [0, 0, 8, 3, .. new byte[200]] },
        { "PNG, cut off", Whole[..(Whole.Length / 2)] },
        { "JPEG, cut off", Photograph[..(Photograph.Length / 2)] },
        { "900 million pixels", File.ReadAllBytes(Pictures.Case("one-bit-30000x30000.png")) },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void Bytes_have_the_pixels_of_their_file_to_the_bit(string name)
    {
        var path = name.StartsWith("new", StringComparison.Ordinal) ? Written(name) : Pictures.Case(name);
        foreach (var options in new[]
        {
            Garment,
            Garment with { Invert = true, Resizing = ImageResizingEstimator.ResizingKind.IsoPad, Background = Color.White },
            new PixelOptions { Shape = new ImageShape(3, 20, 40), Upright = false, Resizing = ImageResizingEstimator.ResizingKind.Fill },
        })
            Assert.Equal(Pictures.Load(path, options), Pictures.Decode(File.ReadAllBytes(path), options));
    }

    [Fact]
    public void Vectors_may_have_a_known_size_or_be_sparse()
    {
        var expected = Pictures.Load(Pictures.Case("white-97x97.png"), Garment);
        var definition = SchemaDefinition.Create(typeof(BytesRow));
        definition["Png"].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, Whole.Length);
        var known = _ml.Data.LoadFromEnumerable([new BytesRow { Png = Whole }], definition);
        var places = Enumerable.Range(0, Whole.Length).Where(i => Whole[i] != 0).ToArray();
        var sparse = _ml.Data.LoadFromEnumerable(
            [new SparseRow { Png = new VBuffer<byte>(Whole.Length, places.Length, [.. places.Select(i => Whole[i])], places) }]);
        foreach (var data in new[] { known, sparse })
        {
            var decoded = _ml.Transforms.DecodePixels("Pixels", Garment.Shape, "Png").Fit(data).Transform(data);
            Assert.Equal("Vector<Single, 1, 28, 28>", $"{decoded.Schema["Pixels"].Type}");
            Assert.Equal(expected, decoded.GetColumn<float[]>("Pixels").Single());
        }
    }

    [Fact]
    public void Rows_of_many_batches_keep_their_order_and_their_bytes()
    {
        var rows = Enumerable.Range(0, 100).Select(i => new BytesRow { Png = Encoded((byte)i, width: 5 + i) }).ToArray();
        var data = _ml.Data.LoadFromEnumerable(rows);
        var decoded = _ml.Transforms.DecodePixels("Pixels", Garment.Shape, "Png").Fit(data).Transform(data);
        var both = _ml.Data.CreateEnumerable<DecodedRow>(decoded, reuseRowObject: false).ToArray();
        Assert.Equal(rows.Select(row => row.Png), both.Select(row => row.Png));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i / 255f), both.Select(row => row.Pixels.Distinct().Single()));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Bytes_that_cannot_be_decoded_are_refused_as_their_file_is(string name, byte[] bad)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bad);
        var ofFile = Assert.Throws<InvalidDataException>(() => Pictures.Load(path, Garment));
        var ofBytes = Assert.Throws<InvalidDataException>(() => Read(Garment, Whole, Photograph, bad, Whole));
        Assert.Equal(ofFile.Message.Replace($"Row 0: '{path}'", "Row 2: the picture in column 'Png'", StringComparison.Ordinal), ofBytes.Message);
    }

    [Fact]
    public void A_row_without_bytes_is_named()
    {
        foreach (var missing in new[] { [], (byte[]?)null })
            Message.Says<InvalidOperationException>(
                () => Read(Garment, Whole, missing), "Row 1 has no picture in column 'Png'", "remove such rows", "SkipUnreadable");
    }

    [Fact]
    public void Rows_that_cannot_be_decoded_are_marked_or_left_out_after_loading_too()
    {
        byte[]?[] files = [Whole, null, .. Bad.Select(row => (byte[])row[1]), Photograph];
        var isReadable = files.Select(file => file == Whole || file == Photograph).ToArray();
        var data = Data(files);
        var marked = _ml.Transforms.DecodePixels("Pixels", "Png", Garment with { ReadableColumnName = "IsReadable" }).Fit(data).Transform(data);
        Assert.Equal(isReadable, marked.GetColumn<bool>("IsReadable"));
        Assert.Equal(isReadable, marked.GetColumn<float[]>("Pixels").Select(pixels => !pixels.All(float.IsNaN)));

        using var stream = new MemoryStream();
        _ml.Model.Save(_ml.Transforms.DecodePixels("Pixels", "Png", Garment with { SkipUnreadable = true }).Fit(data), data.Schema, stream);
        var loaded = _ml.Model.Load(stream, out _);
        var log = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                log.Add(e.RawMessage);
        };
        Assert.Equal([Whole, Photograph], loaded.Transform(data).GetColumn<byte[]>("Png"));
        Assert.Equal(Bad.Count + 1, log.Count);
        Assert.Contains("Row 1 has no picture in column 'Png'.", log);
        using var engine = _ml.Model.CreatePredictionEngine<BytesRow, DecodedRow>(loaded);
        Assert.All(engine.Predict(new BytesRow { Png = [1, 2, 3] }).Pixels, value => Assert.Equal(float.NaN, value));
        Assert.Equal(Pictures.Decode(Whole, Garment), engine.Predict(new BytesRow { Png = Whole }).Pixels);
    }

    [Fact]
    public void A_pipeline_from_bytes_to_codes_is_saved_and_loaded_whole_by_another_process()
    {
        var paths = Enumerable.Range(0, 20).Select(i => Path.Combine(_folder, $"{i}.png")).ToArray();
        foreach (var (i, path) in paths.Index())
            File.WriteAllBytes(path, Encoded((byte)(10 * i), width: 28));
        var data = Data([.. paths.Select(File.ReadAllBytes)]);
        using var model = _ml.Transforms.DecodePixels("Pixels", Images.Shape, "Png")
            .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options())).Fit(data);
        var (file, names) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "paths.txt"));
        _ml.Model.Save(model, data.Schema, file);
        File.WriteAllLines(names, paths);

        var expected = model.Transform(data).GetColumn<float[]>("Code").Select(OtherProgram.Bits).ToArray();
        Assert.Equal(20, expected.Distinct().Count());
        Assert.Equal(expected, OtherProgram.Load(file, names, 0)[..20]);
    }

    [Theory]
    [InlineData("Pixels", "expected Vector<Byte>, got Vector<Single, 144>")]
    [InlineData("Name", "expected Vector<Byte>, got String: use LoadPixels for paths of image files")]
    [InlineData("Missing", "Could not find input column 'Missing'")]
    public void Another_column_is_refused_with_the_step_that_reads_it(string column, string message)
    {
        var data = Images.View(_ml, 2);
        var estimator = _ml.Transforms.DecodePixels("New", Garment.Shape, column);
        Message.Says<ArgumentOutOfRangeException>(() => estimator.Fit(data), message);
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, data)));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.DecodePixels("New", new ImageShape(2, 28, 28), column));
    }

    [Fact]
    public void Steps_of_other_inputs_name_the_one_for_bytes()
    {
        var data = Data(Whole);
        var shape = SchemaSpy.ShapeOf(_ml, data);
        foreach (var estimator in new IEstimator<ITransformer>[]
        {
            _ml.Transforms.LoadPixels("Pixels", null, Garment.Shape, "Png"),
            _ml.Transforms.ConvertToPixels("Pixels", Garment.Shape, "Png"),
            _ml.Transforms.EncodeWithAutoencoder("Code", "Png", new AutoencoderOptions { Architecture = new ConvolutionalArchitecture(Garment.Shape) }),
        })
        {
            Message.Says<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(shape), "'Png'", "VarVector<Byte>", "DecodePixels");
            Message.Says<ArgumentOutOfRangeException>(() => estimator.Fit(data), "'Png'", "DecodePixels");
        }
    }

    private IDataView Data(params byte[]?[] files) => _ml.Data.LoadFromEnumerable(Array.ConvertAll(files, file => new BytesRow { Png = file! }));

    private float[][] Read(PixelOptions options, params byte[]?[] files)
    {
        var data = Data(files);
        return [.. _ml.Transforms.DecodePixels("Pixels", "Png", options).Fit(data).Transform(data).GetColumn<float[]>("Pixels")];
    }

    /// <summary>A PNG file with one gray level.</summary>
    private byte[] Encoded(byte level, int width)
    {
        var path = Path.Combine(_folder, "gray.png");
        using (var image = Pictures.Gray(width, 9, (_, _) => level))
            image.Save(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>A file written here: WebP, or a BMP file of 2x2 pixels with 24 bits each, rows from the bottom.</summary>
    private string Written(string name)
    {
        var path = Path.Combine(_folder, name);
        if (name.EndsWith(".bmp", StringComparison.Ordinal))
        {
            int[] header = [54 + 16, 0, 54, 40, 2, 2, 1 | (24 << 16), 0, 16, 2835, 2835, 0, 0];
            File.WriteAllBytes(path, [.. "BM"u8, .. header.SelectMany(BitConverter.GetBytes), 1, 1, 1, 2, 2, 2, 0, 0, 3, 3, 3, 4, 4, 4, 0, 0]);
            return path;
        }
        using var image = Pictures.Gray(40, 30, (x, y) => (byte)(x * y));
        image.Save(path);
        return path;
    }

    private sealed class SparseRow
    {
        public VBuffer<byte> Png { get; set; }
    }

    private sealed class DecodedRow
    {
        public byte[] Png { get; set; } = [];

        public float[] Pixels { get; set; } = [];
    }
}
