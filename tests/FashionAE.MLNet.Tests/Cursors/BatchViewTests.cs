using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Cursors;

public abstract class BatchViewTests : IDisposable
{
    private const int Rows = 100;

    private readonly MLContext _ml = new(1);
    private readonly AutoencoderTransformer _transformer;
    private readonly AutoencoderTransformer _counting;
    private readonly CountingAutoencoder _passes;
    private readonly IDataView _input;

    public BatchViewTests()
    {
        _input = Images.View(_ml, Rows, seed: 5);
        _transformer = Models.Fit(_ml, Models.AllColumns(batchSize: 32));
        _counting = Models.Fit(_ml, Models.AllColumns(new CountingArchitecture(Images.Shape), batchSize: 32));
        _passes = CountingAutoencoder.Of(_counting);
        _passes.Forget();
    }

    public void Dispose()
    {
        _transformer.Dispose();
        _counting.Dispose();
    }

    [Fact]
    public void Nothing_is_computed_or_read_before_a_cursor_moves()
    {
        var spy = new SpyView(_input);
        var view = _counting.Transform(spy);
        Assert.Equal(0, spy.Opened);
        using var cursor = view.GetRowCursor(view.Schema);
        Assert.Equal(0, spy.Moves);
        Assert.Empty(_passes.Encoded);
    }

    [Fact]
    public void A_batch_of_rows_is_one_pass()
    {
        Read<float[]>(_counting.Transform(_input), "Clean");
        Assert.Equal([32, 32, 32, 4], _passes.Encoded);
        Assert.Equal([32, 32, 32, 4], _passes.Decoded);
    }

    [Fact]
    public void The_latent_vector_alone_runs_the_encoder_alone()
    {
        Read<float[]>(_counting.Transform(_input), "Code");
        Assert.Equal([32, 32, 32, 4], _passes.Encoded);
        Assert.Empty(_passes.Decoded);
    }

    [Fact]
    public void Without_an_active_added_column_nothing_is_computed_or_read_ahead()
    {
        var spy = new SpyView(_input);
        var view = _counting.Transform(spy);
        using var cursor = view.GetRowCursor([view.Schema["Id"]]);
        var getId = cursor.GetGetter<int>(view.Schema["Id"]);
        Assert.True(cursor.MoveNext());
        var id = -1;
        getId(ref id);
        Assert.Equal(0, id);
        Assert.Equal(1, spy.Moves);
        Assert.Equal(["Id"], spy.Getters);
        Assert.Empty(_passes.Encoded);
    }

    [Fact]
    public void Only_the_needed_columns_of_the_input_are_read()
    {
        var spy = new SpyView(_input);
        Read<float>(_transformer.Transform(spy), "Mse");
        Assert.Equal(["Pixels"], spy.Getters);
    }

    [Fact]
    public void An_active_column_whose_getter_is_never_called_costs_no_pass()
    {
        var view = _counting.Transform(_input);
        using var cursor = view.GetRowCursor(view.Schema);
        cursor.GetGetter<VBuffer<float>>(view.Schema["Code"]);
        while (cursor.MoveNext())
        {
        }
        Assert.Empty(_passes.Encoded);
    }

    [Fact]
    public void Rows_keep_their_position_batch_and_id()
    {
        var view = _transformer.Transform(new SpyView(_input));
        Assert.Equal(Places(new SpyView(_input), "Id"), Places(view, "Id"));
        Assert.Equal(Places(new SpyView(_input), "Id"), Places(view, "Code"));
    }

    [Fact]
    public void The_number_of_rows_is_that_of_the_input()
    {
        Assert.Equal(Rows, _transformer.Transform(_input).GetRowCount());
        var unknown = _ml.Data.LoadFromEnumerable(Images.Rows(3).Where(r => r.Id >= 0));
        Assert.Null(_transformer.Transform(unknown).GetRowCount());
    }

    [Fact]
    public void A_cursor_that_has_not_moved_or_is_at_its_end_has_no_values()
    {
        var view = _transformer.Transform(_input);
        using var cursor = view.GetRowCursor(view.Schema);
        var get = cursor.GetGetter<VBuffer<float>>(view.Schema["Code"]);
        var code = default(VBuffer<float>);
        Assert.Throws<InvalidOperationException>(() => get(ref code));
        while (cursor.MoveNext())
            get(ref code);
        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => get(ref code));
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_getter_of_an_inactive_column_or_of_another_type_is_refused()
    {
        var view = _transformer.Transform(_input);
        using var cursor = view.GetRowCursor([view.Schema["Code"]]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(view.Schema["Mse"]));
        Assert.Equal("requested column not active (Parameter 'column')", error.Message);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["Code"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Mse"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Pixels"]));
        Assert.True(cursor.IsColumnActive(view.Schema["Code"]));
    }

    [Fact]
    public void A_value_is_the_callers_to_change()
    {
        var view = _transformer.Transform(_input);
        using var cursor = view.GetRowCursor(view.Schema);
        var get = cursor.GetGetter<VBuffer<float>>(view.Schema["Pixels"]);
        Assert.True(cursor.MoveNext());
        var (first, again) = (default(VBuffer<float>), default(VBuffer<float>));
        get(ref first);
        VBufferEditor.CreateFromBuffer(ref first).Values.Fill(7);
        get(ref again);
        Assert.Equal(Images.Rows(1, 5)[0].Pixels, again.DenseValues());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(70)]
    public void A_failure_of_the_input_arrives_unchanged_after_the_rows_before_it(int row)
    {
        var view = _transformer.Transform(new SpyView(_input, failAt: row));
        using var cursor = view.GetRowCursor([view.Schema["Code"]]);
        for (var i = 0; i < row; i++)
            Assert.True(cursor.MoveNext());
        Assert.Equal($"row {row}", Assert.Throws<NotSupportedException>(() => cursor.MoveNext()).Message);
    }

    [Fact]
    public void Every_cursor_that_was_opened_is_disposed_with_ours()
    {
        var spy = new SpyView(_input, sets: 3);
        var view = _transformer.Transform(spy);
        foreach (var cursor in view.GetRowCursorSet(view.Schema, 3))
            using (cursor)
                cursor.MoveNext();
        using (var early = view.GetRowCursor(view.Schema))
            early.MoveNext();
        Assert.Equal(4, spy.Opened);
        Assert.Equal(4, spy.Disposed);
    }

    [Fact]
    public void Every_cursor_that_was_opened_is_disposed_if_ours_cannot_be_made()
    {
        var spy = new SpyView(_input, sets: 3);
        using var transformer = Models.Fit(_ml, Models.AllColumns(new CountingArchitecture(Images.Shape)));
        var view = transformer.Transform(spy);
        // This network cannot be exported for ONNX Runtime.
        transformer.ScoringEngine = ScoringEngine.OnnxRuntime;
        Assert.Throws<NotSupportedException>(() => view.GetRowCursor(view.Schema));
        Assert.Throws<NotSupportedException>(() => view.GetRowCursorSet(view.Schema, 3));
        Assert.Equal(4, spy.Opened);
        Assert.Equal(4, spy.Disposed);
    }

    [Fact]
    public void A_set_of_cursors_shares_the_rows_and_each_may_run_on_a_separate_thread()
    {
        var expected = ById<float[]>(_transformer.Transform(_input), "Code");
        var view = _transformer.Transform(new SpyView(_input, sets: 3));
        var cursors = view.GetRowCursorSet(view.Schema, 3);
        Assert.Equal(3, cursors.Length);
        var found = new System.Collections.Concurrent.ConcurrentDictionary<int, float[]>();
        var threads = Array.ConvertAll(cursors, cursor => new Thread(() =>
        {
            using (cursor)
            {
                var (getId, getCode) = (cursor.GetGetter<int>(view.Schema["Id"]), cursor.GetGetter<VBuffer<float>>(view.Schema["Code"]));
                var (id, code) = (0, default(VBuffer<float>));
                while (cursor.MoveNext())
                {
                    getId(ref id);
                    getCode(ref code);
                    Assert.True(found.TryAdd(id, [.. code.DenseValues()]));
                }
            }
        }));
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        AssertClose(expected, found);
    }

    [Fact]
    public void Many_cursors_of_one_view_run_at_the_same_time()
    {
        var view = _transformer.Transform(_input);
        var expected = ById<float[]>(view, "Code");
        Parallel.For(0, 8, _ => AssertClose(expected, ById<float[]>(view, "Code")));
    }

    public static TheoryData<string> Operators => ["take", "skip", "shuffle", "filter", "cache", "split", "normalize", "key", "drop"];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Operators_of_mlnet_on_top_find_the_right_values_in_every_row(string name)
    {
        var expected = ById<float[]>(_transformer.Transform(_input), "Code");
        var view = _transformer.Transform(new SpyView(_input, sets: 2));
        IDataView top = name switch
        {
            "take" => _ml.Data.TakeRows(view, 41),
            "skip" => _ml.Data.SkipRows(view, 41),
            "shuffle" => _ml.Data.ShuffleRows(view, seed: 1, shufflePoolSize: 17),
            "filter" => _ml.Data.FilterRowsByColumn(view, "Mse", lowerBound: 0, upperBound: double.PositiveInfinity),
            "cache" => _ml.Data.Cache(view),
            "split" => _ml.Data.TrainTestSplit(view, 0.3).TrainSet,
            "normalize" => _ml.Transforms.NormalizeMinMax("Scaled", "Code").Fit(view).Transform(view),
            "key" => _ml.Transforms.Conversion.MapValueToKey("Key", "Name").Fit(view).Transform(view),
            _ => _ml.Transforms.DropColumns("Pixels").Fit(view).Transform(view),
        };
        var found = ById<float[]>(top, "Code");
        Assert.Equal(name switch { "take" => 41, "skip" => 59, "split" => found.Count, _ => Rows }, found.Count);
        if (name == "split")
            Assert.InRange(found.Count, 1, Rows - 1);
        AssertClose(found.Keys.ToDictionary(id => id, id => expected[id]), found);
    }

    [Fact]
    public void Reading_over_and_over_keeps_no_tensors()
    {
        var view = _transformer.Transform(_input);
        void ReadWithoutDisposing()
        {
            var cursor = view.GetRowCursor(view.Schema);
            var get = cursor.GetGetter<VBuffer<float>>(view.Schema["Clean"]);
            var clean = default(VBuffer<float>);
            while (cursor.MoveNext())
                get(ref clean);
        }

        ReadWithoutDisposing();
        var before = Tensors.Alive();
        for (var i = 0; i < 20; i++)
            ReadWithoutDisposing();
        Assert.Equal(before, Tensors.Alive());
    }

    /// <summary>ONNX Runtime still allocates something for each slice of 64 rows.</summary>
    [Theory]
    [InlineData("Code", 512)]
    [InlineData("Mse", 64)]
    public void Once_warm_a_batch_allocates_nothing_for_a_row(string column, int most)
    {
        var garments = FashionMnist.Load(FashionMnistSplit.Train, Path.Combine(AppContext.BaseDirectory, "sample"));
        var images = _ml.Data.LoadFromImageSet(garments.Select([.. Enumerable.Range(0, 6 * most).Select(i => i % garments.Count)]));
        long AllocatedPerBatch(int batchSize)
        {
            var options = Models.Options(new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8] }, batchSize);
            (options.InputColumnName, options.LatentColumnName, options.MseColumnName) = ("Pixels", "Code", "Mse");
            using var transformer = _ml.Transforms.Autoencode(options).Fit(_ml.Data.TakeRows(images, 32));
            var view = transformer.Transform(images);
            using var cursor = view.GetRowCursor(view.Schema);
            var getPixels = cursor.GetGetter<VBuffer<float>>(view.Schema["Pixels"]);
            var get = column == "Code"
                ? Reader(cursor.GetGetter<VBuffer<float>>(view.Schema[column]))
                : Reader(cursor.GetGetter<float>(view.Schema[column]));
            var pixels = default(VBuffer<float>);
            long Batch(int number)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var row = 0; row < batchSize; row++)
                {
                    Assert.True(cursor.MoveNext());
                    get();
                    getPixels(ref pixels);
                }
                return GC.GetTotalAllocatedBytes(precise: true) - before;
            }

            // The first batch allocates the most, and helper threads allocate when they start.
            return Enumerable.Range(0, 6).Min(Batch);
        }

        static Action Reader<T>(ValueGetter<T> get)
        {
            var value = default(T)!;
            return () => get(ref value);
        }

        // An object needs 24 bytes or more.
        Assert.InRange((AllocatedPerBatch(most) - AllocatedPerBatch(16)) / (most - 16), -23, 23);
    }

    private static T[] Read<T>(IDataView view, string column) => [.. view.GetColumn<T>(column)];

    private static Dictionary<int, T> ById<T>(IDataView view, string column) =>
        Read<int>(view, "Id").Zip(Read<T>(view, column)).ToDictionary(p => p.First, p => p.Second);

    private static List<(long, long, DataViewRowId)> Places(IDataView view, string column)
    {
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        var getId = cursor.GetIdGetter();
        var places = new List<(long, long, DataViewRowId)>();
        var id = default(DataViewRowId);
        while (cursor.MoveNext())
        {
            getId(ref id);
            places.Add((cursor.Position, cursor.Batch, id));
        }
        return places;
    }

    private static void AssertClose(IReadOnlyDictionary<int, float[]> expected, IReadOnlyDictionary<int, float[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (id, values) in expected)
            foreach (var (a, b) in values.Zip(actual[id]))
                Assert.InRange(b - a, -1e-6, 1e-6);
    }
}

public sealed class BatchViewTestsByLibTorch : BatchViewTests, IClassFixture<ScoredByLibTorch>;

public sealed class BatchViewTestsByOnnxRuntime : BatchViewTests, IClassFixture<ScoredByOnnxRuntime>;
