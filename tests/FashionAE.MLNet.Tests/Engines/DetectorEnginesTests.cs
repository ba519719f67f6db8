using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Engines;

/// <summary>Tests that a detector with every column has the same outputs with both engines, in every batch and on every thread.</summary>
[Trait("Pace", "slow")]
public sealed class DetectorEnginesTests
{
    private readonly MLContext _ml = new(1);

    public static TheoryData<AnomalyScore> Scores =>
    [
        AnomalyScore.MeanSquaredError, AnomalyScore.WeightedError, new LargestLocalErrorScore { Window = 5, IsWeighted = true },
        AnomalyScore.LatentNeighbors, AnomalyScore.ImageNeighbors, AnomalyScore.Combined,
    ];

    [Theory]
    [MemberData(nameof(Scores))]
    public void Both_engines_compute_the_same_columns_up_to_rounding(AnomalyScore score)
    {
        var rows = PairRow.Rows(150);
        var training = _ml.Data.LoadFromEnumerable(rows[..100]);
        rows[120].Seen[7] = float.NaN;
        rows[130].Wanted[0] = float.PositiveInfinity;
        var data = _ml.Data.LoadFromEnumerable(rows[50..]);
        var shape = new ImageShape(2, 13, 11);
        foreach (var architecture in new AutoencoderArchitecture[]
        {
            new DenseArchitecture(shape, 3) { HiddenSizes = [32, 8] }, new ConvolutionalArchitecture(shape, 5) { Channels = [4, 8] },
        })
        {
            var options = Models.WholeDetector(epochs: 2, score: score) with { FeatureColumnName = "Seen", TargetColumnName = "Wanted", Architecture = architecture };
            (options.HeldOutFraction, options.PixelFalseAlarms, options.IsErrorMapWeighted) = (0.3, 0.05, architecture is DenseArchitecture);
            options.Threshold = AnomalyThreshold.HeldOutQuantile(0.7);
            using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(training);
            detector.ScoringEngine = ScoringEngine.LibTorch;
            var expected = Judged.All(detector, data);
            Assert.Equal([70, 80], Enumerable.Range(0, 100).Where(i => float.IsNaN(expected[i].Score)));
            Assert.All(expected.Where(row => float.IsNaN(row.Score)), row => Assert.True(row.PredictedLabel && row.Mask.All(marked => marked)));
            Assert.Equal([false, true], expected.Select(row => row.PredictedLabel).Distinct().Order());
            detector.ScoringEngine = ScoringEngine.OnnxRuntime;
            // If held-out scores are close to each other, the rounding of an error becomes a difference of ranks.
            Judged.AssertClose(detector, expected, Judged.All(detector, data), score is CombinedScore ? 1e-3 : 1e-5);
        }
    }

    [Theory]
    [InlineData(ScoringEngine.LibTorch)]
    [InlineData(ScoringEngine.OnnxRuntime)]
    public void Every_batch_and_every_single_row_says_the_same(ScoringEngine engine)
    {
        var (rows, learned) = (Images.Rows(300, 6), Images.View(_ml, 100));
        var data = _ml.Data.LoadFromEnumerable(rows);
        AutoencoderTransformer Fit(int batchSize)
        {
            var options = Models.WholeDetector(epochs: 2);
            (options.ScoringBatchSize, options.ScoringEngine, options.Threshold) = (batchSize, engine, AnomalyThreshold.HeldOutQuantile(0.8));
            return _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(learned);
        }

        using var whole = Fit(256);
        var expected = Judged.All(whole, data);
        Assert.Equal([false, true], expected.Select(row => row.PredictedLabel).Distinct().Order());
        void Compare(Judged[] actual)
        {
            if (engine == ScoringEngine.OnnxRuntime)
                Judged.AssertEqual(expected, actual);
            else
                Judged.AssertClose(whole, expected, actual, 1e-3);
        }

        foreach (var batchSize in new[] { 1, 7, 65, 300 })
        {
            using var other = Fit(batchSize);
            Assert.Equal((whole.Threshold, whole.PixelThreshold), (other.Threshold, other.PixelThreshold));
            Compare(Judged.All(other, data));
        }
        using var single = _ml.Model.CreatePredictionEngine<ImageRow, Judged>(whole, new PredictionEngineOptions { OwnsTransformer = false });
        Compare(Array.ConvertAll(rows, row => single.Predict(row)));
        // Columns can be read in any order, alone, and by several threads at the same time.
        Parallel.For(0, 4, _ => Compare(Judged.All(whole, data)));
        var view = whole.Transform(data);
        Assert.Equal(expected.Select(row => row.Mask), view.GetColumn<bool[]>("Mask"));
        Assert.Equal(expected.Select(row => row.Probability), view.GetColumn<float>("Probability"));
        Assert.Equal(expected.Select(row => row.PredictedLabel), view.GetColumn<bool>("PredictedLabel"));
    }

    [Theory]
    [InlineData("Score")]
    [InlineData("PredictedLabel")]
    [InlineData("Probability")]
    [InlineData("Where")]
    [InlineData("Mask")]
    public void A_column_alone_reads_the_images_and_their_targets_once_and_nothing_else(string column)
    {
        var options = Models.WholeDetector();
        (options.FeatureColumnName, options.TargetColumnName) = ("Noisy", "Pixels");
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(_ml, 40));
        var spy = new SpyView(Images.View(_ml, 30, 5));
        var view = detector.Transform(spy);
        using (var cursor = view.GetRowCursor([view.Schema[column]]))
        {
            var get = Reader(cursor, column);
            while (cursor.MoveNext())
                get();
        }
        Assert.Equal(["Noisy", "Pixels"], spy.Calls.Keys.Order());
        Assert.All(spy.Calls.Values, calls => Assert.Equal(30, calls));
        Assert.Equal(30, spy.Moves);
    }

    private static Action Reader(DataViewRowCursor cursor, string name)
    {
        Action Of<T>()
        {
            var (get, value) = (cursor.GetGetter<T>(cursor.Schema[name]), default(T)!);
            return () => get(ref value);
        }

        return name switch
        {
            "Where" => Of<VBuffer<float>>(),
            "Mask" => Of<VBuffer<bool>>(),
            "PredictedLabel" => Of<bool>(),
            _ => Of<float>(),
        };
    }
}
