using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Cursors;

/// <summary>Images that pass through a step reach the reader as they would without the step.</summary>
public sealed class PassedImageTests : IDisposable
{
    private const int Rows = 50;
    private const int BatchSize = 16;

    private readonly MLContext _ml = new(1);
    private readonly PhotoView _photos = new(Rows);
    private readonly AutoencoderTransformer _encoder;
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-passed-").FullName;

    public PassedImageTests() => _encoder = _ml.Transforms.EncodeWithAutoencoder(
        "Code", "Pixels", Models.Options(new CountingArchitecture(Images.Shape), BatchSize)).Fit(Images.View(_ml, 20));

    public static TheoryData<string> Steps => ["encode", "noise", "rotate", "score", "draw"];

    public static TheoryData<string> Readers => ["cursor", "enumerable", "reused", "preview", "take", "skip", "cache", "shuffle", "filter"];

    // If an image already has the size, ResizeImages passes on the same object, and disposes it when the next one is read.
    private IDataView Resized => _ml.Transforms.ResizeImages("Image", Images.Side, Images.Side, "Photo").Fit(_photos).Transform(_photos);

    public void Dispose()
    {
        _encoder.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_row_has_its_whole_image_next_to_the_computed_columns(string step)
    {
        var (view, column) = Apply(step);
        using var cursor = view.GetRowCursor(view.Schema.Where(c => c.Name is "Id" or "Image" || c.Name == column));
        var (getId, getImage) = (cursor.GetGetter<int>(view.Schema["Id"]), cursor.GetGetter<MLImage>(view.Schema["Image"]));
        var getNew = Getter(cursor, view.Schema[column]);
        var (id, image, count) = (0, default(MLImage)!, 0);
        while (cursor.MoveNext())
        {
            getNew();
            getId(ref id);
            getImage(ref image);
            Assert.Equal(_photos.Expected(id), PhotoView.Look(image));
            count++;
        }
        Assert.Equal(step == "rotate" ? 3 * Rows : Rows, count);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void However_many_rows_a_batch_has_no_more_images_are_alive_than_without_it(string step)
    {
        var (view, column) = Apply(step);
        Assert.Equal(MostAlive(_photos, null), MostAlive(view, column));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Whatever_reads_them_finds_what_it_finds_without_the_step(string reader)
    {
        var expected = Read(reader, Resized);
        var actual = Read(reader, _encoder.Transform(Resized));
        Assert.Equal(expected, actual);
        Assert.Equal(reader switch { "take" => 7, "skip" => Rows - 7, _ => Rows }, actual.Count);
    }

    [Fact]
    public void Rows_are_computed_one_by_one_only_if_an_image_is_active_too()
    {
        var view = _encoder.Transform(Resized);
        foreach (var (columns, expected) in new (string[], IEnumerable<long>)[]
        {
            (["Code", "Id"], [16, 16, 16, 2]),
            (["Code", "Image"], Enumerable.Repeat(1L, Rows)),
        })
        {
            CountingAutoencoder.Of(_encoder).Forget();
            using var cursor = view.GetRowCursor(columns.Select(c => view.Schema[c]));
            var get = Getter(cursor, view.Schema["Code"]);
            while (cursor.MoveNext())
                get();
            Assert.Equal(expected, CountingAutoencoder.Of(_encoder).Encoded);
        }
        Assert.Equal(0, _photos.Made);
    }

    [Fact]
    public void Image_files_come_through_a_whole_pipeline_that_was_saved_and_loaded()
    {
        var files = Images.Rows(Rows).Select(row =>
        {
            var path = Path.Combine(_folder, $"{row.Id}.png");
            var bytes = row.Pixels.SelectMany(p => Enumerable.Repeat((byte)MathF.Round(255 * p), 3).Append(byte.MaxValue)).ToArray();
            using var image = MLImage.CreateFromPixels(Images.Side, Images.Side, MLPixelFormat.Bgra32, bytes);
            image.Save(path);
            return new FileRow { ImagePath = path };
        }).ToArray();
        var data = _ml.Data.LoadFromEnumerable(files);
        var steps = _ml.Transforms.LoadImages("Loaded", "", "ImagePath")
            .Append(_ml.Transforms.ResizeImages("Image", Images.Side, Images.Side, "Loaded"))
            .Append(_ml.Transforms.ExtractPixels("Bytes", "Image", ImagePixelExtractingEstimator.ColorBits.Red, scaleImage: 1 / 255f))
            .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "Bytes", Models.Options(batchSize: BatchSize)));
        using var fitted = steps.Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(fitted, data.Schema, stream);
        stream.Position = 0;
        using var loaded = (TransformerChain<ITransformer>)new MLContext().Model.Load(stream, out _);

        var view = loaded.Transform(data);
        using var cursor = view.GetRowCursor(view.Schema);
        var getCode = cursor.GetGetter<VBuffer<float>>(view.Schema["Code"]);
        var getImages = Array.ConvertAll(new[] { "Loaded", "Image" }, name => cursor.GetGetter<MLImage>(view.Schema[name]));
        var (code, images, codes) = (default(VBuffer<float>), new MLImage[2], new List<float[]>());
        for (var row = 0; cursor.MoveNext(); row++)
        {
            getCode(ref code);
            codes.Add([.. code.DenseValues()]);
            for (var i = 0; i < images.Length; i++)
            {
                getImages[i](ref images[i]);
                Assert.Equal(_photos.Expected(row), PhotoView.Look(images[i]));
            }
        }
        Assert.Equal(Rows, codes.Count);
        // Results of a batch of one row differ from those of a larger batch in the last bits.
        Assert.All(fitted.Transform(data).GetColumn<float[]>("Code").Zip(codes), p => Assert.All(p.First.Zip(p.Second), v => Assert.Equal(v.First, v.Second, 1e-5)));
    }

    private (IDataView View, string Column) Apply(string step)
    {
        var input = Resized;
        return step switch
        {
            "encode" => (_encoder.Transform(input), "Code"),
            "noise" => (_ml.Transforms.AddGaussianNoise("Noisy", "Pixels", seed: 1).Fit(input).Transform(input), "Noisy"),
            "rotate" => (_ml.Transforms.RotateImages("Turned", "Pixels", copies: 2, seed: 1).Fit(input).Transform(input), "Turned"),
            "score" => (_ml.Transforms.ScoreReconstruction("Pixels", "Pixels", "Mse").Fit(input).Transform(input), "Mse"),
            _ => (_ml.Transforms.DrawImages("Drawn", "Pixels").Fit(input).Transform(input), "Drawn"),
        };
    }

    /// <summary>The maximum number of undisposed images at any row, and the number after the last row.</summary>
    private int MostAlive(IDataView view, string? column)
    {
        var before = _photos.Alive;
        using var cursor = view.GetRowCursor(view.Schema.Where(c => c.Name == "Photo" || c.Name == column));
        var getImage = cursor.GetGetter<MLImage>(view.Schema["Photo"]);
        var getNew = column is null ? () => { } : Getter(cursor, view.Schema[column]);
        var (image, most) = (default(MLImage)!, 0);
        while (cursor.MoveNext())
        {
            getNew();
            getImage(ref image);
            most = Math.Max(most, _photos.Alive - before);
        }
        Assert.InRange(_photos.Made, Rows, int.MaxValue);
        return Math.Max(most, _photos.Alive - before);
    }

    private List<string> Read(string reader, IDataView view)
    {
        List<string> Enumerate(bool reuse) => [.. _ml.Data.CreateEnumerable<Photo>(view, reuse).Select(row => $"{row.Id} {PhotoView.Look(row.Image!)}")];
        List<string> Cursor(IDataView top)
        {
            // Shuffling and caching drop columns that are not numbers, text or vectors.
            var hasImage = top.Schema.GetColumnOrNull("Image") is not null;
            using var cursor = top.GetRowCursor(top.Schema);
            var getId = cursor.GetGetter<int>(top.Schema["Id"]);
            var getImage = hasImage ? cursor.GetGetter<MLImage>(top.Schema["Image"]) : null;
            var (id, rows) = (0, new List<string>());
            while (cursor.MoveNext())
            {
                var image = default(MLImage)!;
                getId(ref id);
                getImage?.Invoke(ref image);
                rows.Add($"{id} {(hasImage ? PhotoView.Look(image) : "none")}");
            }
            return rows;
        }

        return reader switch
        {
            "cursor" => Cursor(view),
            "enumerable" => Enumerate(reuse: false),
            "reused" => Enumerate(reuse: true),
            "preview" => [.. view.Preview(Rows).RowView.Select(row => string.Join(" ", row.Values.Where(v => v.Key is "Id" or "Photo" or "Image")
                .Select(v => v.Value is MLImage image ? PhotoView.Look(image) ?? "disposed" : $"{v.Value}")))],
            "take" => Cursor(_ml.Data.TakeRows(view, 7)),
            "skip" => Cursor(_ml.Data.SkipRows(view, 7)),
            "cache" => Cursor(_ml.Data.Cache(view)),
            "shuffle" => Cursor(_ml.Data.ShuffleRows(view, seed: 1, shufflePoolSize: 5)),
            _ => Cursor(_ml.Data.FilterRowsByMissingValues(view, "Pixels")),
        };
    }

    private static Action Getter(DataViewRow row, DataViewSchema.Column column)
    {
        Action Of<T>()
        {
            var get = row.GetGetter<T>(column);
            var value = default(T)!;
            return () => get(ref value);
        }

        return column.Type switch
        {
            VectorDataViewType => Of<VBuffer<float>>(),
            ImageDataViewType => Of<MLImage>(),
            _ => Of<float>(),
        };
    }

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Photo
    {
        public int Id { get; set; }

        [ImageType(Images.Side, Images.Side)]
        public MLImage? Image { get; set; }
    }
}
