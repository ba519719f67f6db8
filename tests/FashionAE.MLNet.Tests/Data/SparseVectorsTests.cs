using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Data;

public class SparseVectorsTests
{
    private const int Count = 60;
    private const int Length = 50;

    private readonly MLContext _ml = new(1);
    private readonly List<LoggingEventArgs> _log = [];
    private readonly VBuffer<float>[] _rows = SparseView.Rows(Count, Length);

    public SparseVectorsTests() => _ml.Log += (_, e) => _log.Add(e);

    /// <summary>The second column is sparse, dense, or missing.</summary>
    [Theory]
    [InlineData(null, 1L << 30, 0.2)]
    [InlineData(true, 1L << 30, 0.0)]
    [InlineData(false, 1L << 30, 0.0)]
    [InlineData(null, 2000L, 0.2)]
    [InlineData(true, 3000L, 0.0)]
    [InlineData(false, 3000L, 0.0)]
    public void A_network_learns_the_same_bits_from_sparse_and_from_dense_rows(bool? sparseTarget, long memory, double validation)
    {
        var targets = SparseView.Rows(Count, Length, seed: 2);
        (byte[][] Weights, string Log) Fit(Func<VBuffer<float>, VBuffer<float>> change)
        {
            _log.Clear();
            var view = SparseView.Of(_ml, Array.ConvertAll(_rows, row => change(row)), Array.ConvertAll(targets, row => sparseTarget == true ? row : SparseView.Dense(row)));
            var options = Options(memory);
            (options.ValidationSetFraction, options.TargetColumnName) = (validation, sparseTarget is null ? null : "Target");
            using var model = _ml.Transforms.ReconstructWithAutoencoder("Clean", "Features", options).Fit(view);
            return ([.. model.Model.state_dict().Values.Select(tensor => tensor.bytes.ToArray())], string.Join('\n', _log.Select(e => e.RawMessage)));
        }

        var (sparse, dense) = (Fit(row => row), Fit(SparseView.Dense));
        Assert.Equal(dense.Weights, sparse.Weights);
        // Checks that the compared trainings used the intended storage.
        Assert.Contains(memory > 3000 ? "in memory as sparse rows, " : "read from the view in each epoch", sparse.Log, StringComparison.Ordinal);
        if (sparseTarget != true)
            Assert.DoesNotContain("sparse rows", dense.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_counts_the_values_that_are_kept()
    {
        var set = _rows.Sum(row => row.DenseValues().Count(value => value != 0));
        using var examples = Read(_rows, 1 << 30);
        Assert.True(examples.InMemory);
        Assert.Equal($"{Count} vectors of {Length} values, in memory as sparse rows, {set} values", examples.Description);
    }

    [Theory]
    [InlineData(1 << 30)]
    [InlineData(2000)]
    public void Every_row_comes_once_and_as_it_is(long memory)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var examples = Read(_rows, memory);
        Assert.Equal(memory > 2000, examples.InMemory);
        var expected = _rows.Select(row => Text(row.DenseValues())).ToArray();
        string[] Of(IEnumerable<TrainingBatch> batches) => [.. batches.SelectMany(batch => batch.Input.data<float>().ToArray().Chunk(Length)).Select(Text)];
        Assert.Equal(expected, Of(examples.Examples.InOrder(7, CPU)));
        var shuffled = Of(examples.Examples.Shuffled(0, 7, generator, CPU));
        Assert.NotEqual(expected, shuffled);
        Assert.Equal(expected.Order(StringComparer.Ordinal), shuffled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Memory_counts_set_values_and_not_slots()
    {
        // 8 MB as dense float32, or 2 MB as bytes.
        var rows = Enumerable.Range(0, 200).Select(i => new VBuffer<float>(10_000, 2, [1, 1], [i, 5000 + i])).ToArray();
        using var sparse = Read(rows, 100_000);
        Assert.True(sparse.InMemory);
        using var dense = Read(Array.ConvertAll(rows, SparseView.Dense), 100_000);
        Assert.False(dense.InMemory);
    }

    [Fact]
    public void The_buffer_that_shuffles_holds_as_many_rows_as_the_memory_allows()
    {
        var rows = Enumerable.Range(0, 3000).Select(i => new VBuffer<float>(10_000, 2, [1, 1], [i, 5000 + i])).ToArray();
        int Held(VBuffer<float>[] of)
        {
            using var examples = Read(of, 50_000, shuffleBufferSize: 1000);
            return Assert.IsType<StreamedExamples>(examples.Examples).BufferSize;
        }

        // Two values, two slots, and the overhead of two arrays in .NET.
        Assert.InRange(Held(rows), 200, 50_000 / 16);
        // A single row without zeros needs 40,000 bytes, and the buffer could be full of such rows.
        Assert.Equal(2, Held([.. rows, new VBuffer<float>(10_000, [.. Enumerable.Repeat(1f, 10_000)])]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_value_of_a_sparse_row_is_refused_by_its_slot(int row)
    {
        _rows[row] = new(Length, 2, [0.5f, float.NaN], [3, 17]);
        var error = Assert.Throws<InvalidOperationException>(() => Read(_rows, 1 << 30));
        Assert.Contains($"NaN in row {row}, slot 17", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_are_kept_as_ever_however_sparse_they_are()
    {
        var options = Models.Options(new DenseArchitecture(new ImageShape(1, 5, 10), 2) { HiddenSizes = [8] });
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Features", options).Fit(SparseView.Of(_ml, _rows));
        Assert.Contains(_log, e => e.RawMessage.Contains("60 images of 1x5x10, in memory as float32", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(100_000, 167)]
    [InlineData(32_768, 512)]
    [InlineData(20, 512)]
    public void Long_vectors_are_scored_in_batches_of_bounded_memory(int length, int expected)
    {
        using var model = Fit(length, scoringBatchSize: null);
        Assert.Equal(expected, model.ScoringBatchSize);
        using var wanted = Fit(length, scoringBatchSize: 100);
        Assert.Equal(100, wanted.ScoringBatchSize);
    }

    [Fact]
    public void Codes_and_reconstructions_are_those_of_dense_rows()
    {
        var options = Options(1 << 30);
        (options.LatentColumnName, options.ReconstructionColumnName, options.MseColumnName) = ("Code", "Clean", "Mse");
        (options.InputColumnName, options.ScoringEngine) = ("Features", ScoringEngine.LibTorch);
        using var model = _ml.Transforms.Autoencode(options).Fit(SparseView.Of(_ml, _rows));
        float[][] Of(VBuffer<float>[] rows)
        {
            var view = model.Transform(SparseView.Of(_ml, rows));
            return [.. view.GetColumn<float[]>("Code"), .. view.GetColumn<float[]>("Clean"), [.. view.GetColumn<float>("Mse")]];
        }

        Assert.Equal(Of(Array.ConvertAll(_rows, SparseView.Dense)), Of(_rows));
    }

    private static string Text(IEnumerable<float> row) => string.Join(' ', row);

    private static AutoencoderEstimator.Options Options(long memory)
    {
        var options = Models.Options(new VectorArchitecture(2) { HiddenSizes = [8], Scaling = FeatureScaling.None });
        (options.MaximumMemoryInBytes, options.ShuffleBufferSize) = (memory, 6);
        return options;
    }

    private AutoencoderTransformer Fit(int length, int? scoringBatchSize)
    {
        var options = Options(1 << 30);
        options.Architecture = new VectorArchitecture(1) { HiddenSizes = [], Scaling = FeatureScaling.None };
        options.ScoringBatchSize = scoringBatchSize;
        return _ml.Transforms.EncodeWithAutoencoder("Code", "Features", options).Fit(SparseView.Of(_ml, SparseView.Rows(6, length)));
    }

    private ViewExamples Read(VBuffer<float>[] rows, long memory, int shuffleBufferSize = 6)
    {
        var view = SparseView.Of(_ml, rows);
        var column = new ImageColumn(view.Schema["Features"], InputShape.Vector(rows[0].Length));
        return ViewExamples.Read(new ImageRows(view, column, targets: null), memory, shuffleBufferSize, CancellationToken.None);
    }
}
