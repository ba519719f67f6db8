using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

/// <summary>What ML.NET asks of every estimator.</summary>
public class ImageEstimatorTests
{
    private static readonly MLContext ML = Pictures.ML;

    public static TheoryData<string> Names => [.. Estimators.Keys];

    private static Dictionary<string, Func<IEstimator<ITransformer>>> Estimators { get; } = new()
    {
        ["load"] = () => ML.Transforms.LoadImages("Image", null, "Text"),
        ["pad"] = () => ML.Transforms.ResizeImages("Resized", 5, 3, "Image", ResizingKind.IsoPad),
        ["crop"] = () => ML.Transforms.ResizeImages("Image", 5, 3, cropAnchor: Anchor.Right),
        ["fill"] = () => ML.Transforms.ResizeImages("Image", 5, 3, resizing: ResizingKind.Fill),
        ["gray"] = () => ML.Transforms.ConvertToGrayscale("Image"),
        ["gray of a known size"] = () => ML.Transforms.ConvertToGrayscale("Gray", "Sized"),
        ["pixels"] = () => ML.Transforms.ExtractPixels("Pixels", "Sized", ImagePixelExtractingEstimator.ColorBits.All,
            ImagePixelExtractingEstimator.ColorsOrder.ABGR, interleavePixelColors: true, offsetImage: 4, scaleImage: 0.25f),
        ["bytes"] = () => ML.Transforms.ExtractPixels("Sized", outputAsFloatArray: false),
        ["image"] = () => ML.Transforms.ConvertToImage(2, 1, "Made", "Vector", ImagePixelExtractingEstimator.ColorBits.Green,
            ImagePixelExtractingEstimator.ColorsOrder.AGBR, interleavedColors: true, scaleImage: 3, offsetImage: -5, defaultRed: 6, defaultBlue: 7),
        ["image with defaults"] = () => ML.Transforms.ConvertToImage(1, 2, "Made", "Vector", ImagePixelExtractingEstimator.ColorBits.Alpha,
            defaultAlpha: 1, defaultRed: 2, defaultGreen: 3, defaultBlue: 4),
        ["chain"] = () => ML.Transforms.ResizeImages("Resized", 5, 3, "Image").Append(ML.Transforms.ConvertToGrayscale("Resized"))
            .Append(ML.Transforms.ExtractPixels("Pixels", "Resized")).Append(ML.Transforms.ConvertToImage(3, 5, "Pixels")),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_promised_is_delivered(string name)
    {
        var (estimator, data) = (Estimators[name](), Data());
        var promised = estimator.GetOutputSchema(SchemaShape.Create(data.Schema));
        var delivered = SchemaShape.Create(estimator.Fit(data).GetOutputSchema(data.Schema));
        static IEnumerable<string> Describe(SchemaShape shape) => shape.Select(column => $"{column.Name}: {column.Describe()}").Order();
        Assert.Equal(Describe(delivered), Describe(promised));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Schemas_and_values_survive_saving_whichever_columns_are_active(string name)
    {
        var data = Data();
        var fitted = Estimators[name]().Fit(data);
        var loaded = Pictures.Reload(fitted);
        static string[] Describe(DataViewSchema schema) => schema.Select(column => $"{column.Name}: {column.Type}").ToArray();
        var schema = Describe(fitted.GetOutputSchema(data.Schema));
        foreach (var transformer in (ITransformer[])[fitted, loaded])
        {
            Assert.Equal(schema, Describe(transformer.GetOutputSchema(data.Schema)));
            Assert.Equal(schema, Describe(transformer.Transform(data).Schema));
            Assert.Equal(schema, Describe(transformer.GetRowToRowMapper(data.Schema).OutputSchema));
            Assert.Same(data.Schema, transformer.GetRowToRowMapper(data.Schema).InputSchema);
        }

        var all = Values(fitted.Transform(data), _ => true);
        Assert.Equal(all, Values(loaded.Transform(data), _ => true));
        for (var odd = 0; odd < 2; odd++)
            Assert.Equal(all.Where((_, i) => i % 2 == odd), Values(loaded.Transform(data), i => i % 2 == odd));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_data_are_refused_at_once(string name)
    {
        var fitted = Estimators[name]().Fit(Data());
        // Neither a view without the column nor one whose columns are of another type.
        var others = new[] { ML.Data.LoadFromEnumerable([new { Other = 1f }]), ML.Data.LoadFromEnumerable([new { Image = 1f, Sized = 1f, Text = 1f, Vector = "" }]) };
        foreach (var other in others)
        {
            Assert.IsType<ArgumentOutOfRangeException>(Record.Exception(() => fitted.Transform(other)));
            Assert.IsType<ArgumentOutOfRangeException>(Record.Exception(() => fitted.GetOutputSchema(other.Schema)));
            Assert.IsType<ArgumentOutOfRangeException>(Record.Exception(() => Estimators[name]().GetOutputSchema(SchemaShape.Create(other.Schema))));
            Assert.IsType<ArgumentOutOfRangeException>(Record.Exception(() => Estimators[name]().Fit(other)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_whose_settings_are_altered_or_cut_off_is_refused_or_loaded_but_nothing_worse(string name)
    {
        using var stream = new MemoryStream();
        ML.Model.Save(Estimators[name]().Fit(Data()), null, stream);
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var file = ModelFile.Change(stream.ToArray(), bytes =>
            {
                // Behind the header of 256 bytes.
                bytes[random.Next(256, bytes.Length)] ^= (byte)(1 << random.Next(8));
                return i % 2 == 0 ? bytes : bytes[..random.Next(bytes.Length)];
            });
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Record.Exception(() => new MLContext(2).Model.Load(new MemoryStream(file), out _));
            Assert.True(error is null or FormatException or InvalidDataException or FileNotFoundException or FileLoadException, $"{error}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        }
    }

    private static IDataView Data()
    {
        var definition = SchemaDefinition.Create(typeof(WideRow));
        definition[nameof(WideRow.Sized)].ColumnType = new ImageDataViewType(2, 4);
        return ML.Data.LoadFromEnumerable(
            Enumerable.Range(0, 5).Select(i => new WideRow
            {
                Image = i == 3 ? null : Pictures.Random(3 + i, 9 - i, seed: i),
                Sized = i == 2 ? null : Pictures.Random(4, 2, seed: i, opaque: false),
                Text = "",
                Vector = [i, 10 * i],
            }).ToArray(), definition);
    }

    /// <summary>The values of every active column, in one text a column.</summary>
    private static string[] Values(IDataView data, Func<int, bool> isActive)
    {
        var active = data.Schema.Where(column => isActive(column.Index)).ToArray();
        using var cursor = data.GetRowCursor(active);
        var readers = Array.ConvertAll(active, column => Reader(cursor, column));
        var texts = Array.ConvertAll(active, _ => new System.Text.StringBuilder());
        while (cursor.MoveNext())
            for (var i = 0; i < texts.Length; i++)
                texts[i].Append(readers[i]()).Append('\n');
        return Array.ConvertAll(texts, text => text.ToString());
    }

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        ImageDataViewType => Reader<MLImage>(row, column, image => image is null ? "none" : $"{image.Width}x{image.Height} {string.Join(' ', image.Colors().Cast<Color>())}"),
        VectorDataViewType { ItemType: var item } when item == NumberDataViewType.Byte => Reader<VBuffer<byte>>(row, column, vector => string.Join(' ', vector.DenseValues())),
        VectorDataViewType => Reader<VBuffer<float>>(row, column, vector => string.Join(' ', vector.DenseValues())),
        _ => Reader<ReadOnlyMemory<char>>(row, column, text => text.ToString()),
    };

    private static Func<string> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> describe)
    {
        var (getter, value) = (row.GetGetter<T>(column), default(T));
        return () =>
        {
            getter(ref value);
            return describe(value);
        };
    }

    private sealed class WideRow
    {
        [ImageType]
        public MLImage Image { get; set; }

        [ImageType]
        public MLImage Sized { get; set; }

        public string Text { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; }
    }
}
