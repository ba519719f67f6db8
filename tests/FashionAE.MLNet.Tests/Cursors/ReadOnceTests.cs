using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Cursors;

/// <summary>
/// The getter of an input column is called once per row, however many readers there are: it may decode an image or compute a column.
/// </summary>
public sealed class ReadOnceTests : IDisposable
{
    private const int Count = 70; // more than two batches of 32

    private readonly MLContext _ml = new(1);
    private readonly AutoencoderTransformer _autoencoder;
    private readonly SpyView _spy;

    public ReadOnceTests()
    {
        _spy = new SpyView(Images.View(_ml, Count, seed: 5));
        _autoencoder = Models.Fit(_ml, Models.AllColumns(batchSize: 32));
    }

    public void Dispose() => _autoencoder.Dispose();

    public static TheoryData<string> Steps =>
        ["noise", "rotation", "autoencoder", "target", "scores", "same", "scale", "draw", "overlay", "two steps"];

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_column_that_passes_through_and_is_computed_from_is_read_once_a_row(string name)
    {
        using var other = name == "target" ? Models.Fit(_ml, Denoising()) : null;
        var view = Step(name, other).Transform(_spy);
        ReadAll(view.GetRowCursor(view.Schema));
        Assert.Equal(Count, _spy.Calls["Pixels"]);
        Assert.All(_spy.Calls.Values, calls => Assert.InRange(calls, 0, Count));
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("autoencoder")]
    [InlineData("scores")]
    [InlineData("two steps")]
    public void A_single_row_is_read_once(string name)
    {
        var input = _spy.GetRowCursor(_spy.Schema);
        using var row = Step(name, null).GetRowToRowMapper(_spy.Schema).GetRow(input, Step(name, null).GetOutputSchema(_spy.Schema));
        // The getters of the input's current row; the position is that of the input.
        var read = Array.ConvertAll(row.Schema.ToArray(), column => Reader(row, column));
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(input.MoveNext());
            Array.ForEach(read, get => get());
            Assert.Equal(i, _spy.Calls["Pixels"]);
        }
    }

    [Fact]
    public void Values_read_by_two_are_those_of_the_row_in_every_batch()
    {
        var rows = Images.Rows(Count, 5);
        var view = Step("scores", null).Transform(_spy);
        Assert.Equal(rows.Select(r => RowReads.Bits(r.Pixels)), RowReads.Rows(view.GetRowCursor(view.Schema), "Pixels").Select(r => r.Value));
        var expected = Array.ConvertAll(rows, r => r.Pixels.Zip(r.Noisy, (a, b) => ((double)a - b) * ((double)a - b)).Average());
        Assert.All(expected.Zip(view.GetColumn<float>("Error")), p => Assert.Equal(p.First, p.Second, 1e-6 * p.First));
    }

    [Fact]
    public void A_value_that_two_read_is_each_readers_own()
    {
        var view = Step("scores", null).Transform(_spy);
        using var cursor = view.GetRowCursor(view.Schema);
        var getPixels = cursor.GetGetter<VBuffer<float>>(view.Schema["Pixels"]);
        var getError = cursor.GetGetter<float>(view.Schema["Error"]);
        var (pixels, error, expected) = (default(VBuffer<float>), 0f, view.GetColumn<float>("Error").ToArray());
        for (var row = 0; cursor.MoveNext(); row++)
        {
            getPixels(ref pixels);
            VBufferEditor.CreateFromBuffer(ref pixels).Values.Fill(7);
            getError(ref error);
            Assert.Equal(expected[row], error);
        }
    }

    [Fact]
    public void Noise_is_the_same_whether_its_getter_is_called_once_or_twice()
    {
        var view = _ml.Transforms.AddGaussianNoise("New", "Pixels", seed: 4).Fit(_spy).Transform(_spy);
        var expected = view.GetColumn<float[]>("New").ToArray();
        using var cursor = view.GetRowCursor(view.Schema);
        var get = cursor.GetGetter<VBuffer<float>>(view.Schema["New"]);
        var value = default(VBuffer<float>);
        for (var row = 0; cursor.MoveNext(); row++)
            for (var time = 0; time < 2; time++)
            {
                get(ref value);
                Assert.Equal(expected[row], value.DenseValues());
                VBufferEditor.CreateFromBuffer(ref value).Values.Clear();
            }
    }

    private static AutoencoderEstimator.Options Denoising()
    {
        var options = Models.AllColumns(batchSize: 32);
        (options.InputColumnName, options.TargetColumnName) = ("Noisy", "Pixels");
        return options;
    }

    private ITransformer Step(string name, AutoencoderTransformer? other) => name switch
    {
        "noise" => _ml.Transforms.AddGaussianNoise("New", "Pixels", seed: 4).Fit(_spy),
        "rotation" => _ml.Transforms.RotateImages("New", "Pixels", copies: 2, seed: 4).Fit(_spy),
        "autoencoder" => _autoencoder,
        "target" => other!,
        "scores" => _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Error", "Ratio", "Similarity", "Map").Fit(_spy),
        "same" => _ml.Transforms.ScoreReconstruction("Pixels", "Pixels", "Error").Fit(_spy),
        "scale" => _ml.Transforms.ScalePixels("New", "Pixels").Fit(_spy),
        "draw" => _ml.Transforms.DrawImages("New", "Pixels").Fit(_spy),
        "overlay" => _ml.Transforms.DrawOverlay("New", "Pixels", "Pixels", "Noisy", new OverlayDrawingEstimator.Options { MaximumValue = 1 }).Fit(_spy),
        _ => _ml.Transforms.AddGaussianNoise("New", "Pixels", seed: 4)
            .Append(_ml.Transforms.ScoreReconstruction("Pixels", "New", "Error", "Ratio")).Fit(_spy),
    };

    private static void ReadAll(DataViewRowCursor cursor)
    {
        using var _ = cursor;
        var read = Array.ConvertAll(cursor.Schema.ToArray(), column => Reader(cursor, column));
        while (cursor.MoveNext())
            Array.ForEach(read, get => get());
    }

    private static Action Reader(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { ItemType.RawType: var item } when item == typeof(float) => Reader<VBuffer<float>>(row, column),
        VectorDataViewType => Reader<VBuffer<double>>(row, column),
        TextDataViewType => Reader<ReadOnlyMemory<char>>(row, column),
        ImageDataViewType => Reader<MLImage>(row, column),
        { RawType: var type } when type == typeof(int) => Reader<int>(row, column),
        _ => Reader<float>(row, column),
    };

    private static Action Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var (get, value) = (row.GetGetter<T>(column), default(T)!);
        return () => get(ref value);
    }
}
