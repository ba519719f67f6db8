using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>
/// Tests that an autoencoder exported by ML.NET's <c>ConvertToOnnx</c> has the same outputs in ONNX Runtime as libtorch has in the
/// pipeline.
/// </summary>
public class ExportedAutoencoderTests
{
    private static readonly ImageShape PairShape = new(2, 13, 11);
    private readonly MLContext _ml = new(1);

    public static TheoryData<AutoencoderArchitecture> Architectures =>
    [
        new DenseArchitecture(PairShape, 3) { HiddenSizes = [32, 8] },
        new ConvolutionalArchitecture(PairShape, 5) { Channels = [4, 8] },
    ];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_output_is_exported(AutoencoderArchitecture architecture)
    {
        var data = _ml.Data.LoadFromEnumerable(PairRow.Rows(20));
        foreach (var target in new[] { null, "Wanted" })
        {
            var options = Models.AllColumns(architecture);
            (options.InputColumnName, options.TargetColumnName) = ("Seen", target);
            using var model = _ml.Transforms.Autoencode(options).Fit(data);
            model.ScoringEngine = ScoringEngine.LibTorch;
            var (expected, actual) = (model.Transform(data), ExportedChain.Run(_ml, model, data));
            AssertVectors(expected, actual, "Code", [20, architecture.LatentSize]);
            AssertVectors(expected, actual, "Clean", [20, 2, 13, 11]);
            AssertVectors(expected, actual, "ErrorMap", [20, 2, 13, 11]);
            AssertScores(expected, actual, "Mse", 1e-6);
            AssertScores(expected, actual, "Psnr", 1e-3);
            AssertScores(expected, actual, "Ssim", 1e-5);
        }
    }

    [Fact]
    public void A_network_that_is_only_applied_is_exported_with_the_requested_columns()
    {
        var data = Images.View(_ml, 20);
        using var trained = Models.Fit(_ml, Models.AllColumns());
        var path = Path.GetTempFileName();
        AutoencoderFile.Save(trained.Model, path);
        using var model = _ml.Transforms.ApplyAutoencoder(path, new() { InputColumnName = "Noisy", MseColumnName = "Mse" }).Fit(data);
        File.Delete(path);
        var actual = ExportedChain.Run(_ml, model, Select(data, "Noisy"));
        AssertScores(model.Transform(data), actual, "Mse", 1e-6);
        Assert.Equal(["Mse", "Noisy"], actual.Keys.Order());
    }

    [Fact]
    public void A_custom_network_is_exported()
    {
        var data = Select(Images.View(_ml, 20), "Pixels");
        using var model = Models.Fit(_ml, Models.AllColumns(new HalvesArchitecture(Images.Shape)));
        var actual = ExportedChain.Run(_ml, model, data);
        model.ScoringEngine = ScoringEngine.LibTorch;
        AssertVectors(model.Transform(data), actual, "Code", [20, 2]);
        AssertVectors(model.Transform(data), actual, "Clean", [20, Images.Size]);
    }

    [Theory]
    [InlineData(1L, false)]
    [InlineData(-1L, true)]
    public void A_network_with_a_softmax_is_exported_where_ml_net_can_write_it(long axis, bool isWritten)
    {
        var data = Select(Images.View(_ml, 20), "Pixels");
        using var model = Models.Fit(_ml, Models.AllColumns(new HalvesArchitecture(Images.Shape) { SoftmaxAxis = axis }));
        if (isWritten)
        {
            AssertVectors(model.Transform(data), ExportedChain.Run(_ml, model, data), "Code", [20, 2]);
            return;
        }
        var refused = Assert.Throws<NotSupportedException>(() => ExportedChain.Export(_ml, model, data));
        Assert.StartsWith("ConvertToOnnx of ML.NET cannot export Autoencoder: 'encoder.1.softmax' uses Softmax as defined since version 13", refused.Message);
    }

    [Fact]
    public void A_network_whose_graph_would_compute_something_else_is_refused()
    {
        var data = Images.View(_ml, 20);
        using var model = Models.Fit(_ml, Models.AllColumns(new CountingArchitecture(Images.Shape)));
        Assert.Contains("CountingAutoencoder", Assert.Throws<NotSupportedException>(() => ExportedChain.Export(_ml, model, data)).Message);
    }

    public static TheoryData<AnomalyScore> Scores =>
    [
        AnomalyScore.MeanSquaredError, AnomalyScore.WeightedError, new LargestLocalErrorScore { Window = 5 }, AnomalyScore.LatentNeighbors,
        AnomalyScore.Combined,
        AnomalyScore.ImageNeighbors,
        new CombinedScore
        {
            Parts = [AnomalyScore.MeanSquaredError, new LatentNeighborsScore { Neighbors = 1 }],
            Extremes = [new LargestLocalErrorScore { Window = 3, IsWeighted = true }, AnomalyScore.WeightedError],
        },
    ];

    [Theory]
    [MemberData(nameof(Scores))]
    public void Every_output_of_a_detector_is_exported(AnomalyScore score)
    {
        var data = _ml.Data.LoadFromEnumerable(PairRow.Rows(60));
        foreach (var architecture in new AutoencoderArchitecture[]
        {
            new DenseArchitecture(PairShape, 3) { HiddenSizes = [32, 8] }, new ConvolutionalArchitecture(PairShape, 5) { Channels = [4, 8] },
        })
        {
            var options = Models.WholeDetector(score: score) with { FeatureColumnName = "Seen", TargetColumnName = "Wanted", Architecture = architecture };
            (options.HeldOutFraction, options.PixelFalseAlarms, options.IsErrorMapWeighted) = (0.3, 0.05, architecture is DenseArchitecture);
            using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(data);
            detector.ScoringEngine = ScoringEngine.LibTorch;
            var (expected, actual) = (detector.Transform(data), ExportedChain.Run(_ml, detector, data));
            AssertVectors(expected, actual, "Where", [60, 13, 11]);
            // If held-out scores are close to each other, the rounding of an error becomes a difference of ranks.
            AssertScores(expected, actual, "Score", (score is CombinedScore ? 1e-3 : 1e-5) * expected.GetColumn<float>("Score").Max());
            // Two of the 18 held-out scores can differ by no more than rounding. The probability is then between those of both.
            AssertScores(expected, actual, "Probability", score is CombinedScore ? 2.0 / 19 : 1e-3);
            Assert.Equal([60, 13, 11], actual["Mask"].Shape);
            // An error that equals the threshold up to rounding may be on either side.
            var marked = expected.GetColumn<bool[]>("Mask").SelectMany(mask => mask).ToArray();
            Assert.InRange(actual["Mask"].Values.Zip(marked).Count(pair => pair.First == 1 != pair.Second), 0, 2);
            Assert.Equal([false, true], marked.Distinct().Order());
        }
    }

    [Fact]
    public void A_detector_gives_the_same_verdicts()
    {
        var data = Select(Images.View(_ml, 300), "Pixels");
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.9)).Fit(data);
        detector.ScoringEngine = ScoringEngine.LibTorch;
        var (expected, actual) = (detector.Transform(data), ExportedChain.Run(_ml, detector, data));
        AssertScores(expected, actual, "Score", 1e-3 * expected.GetColumn<float>("Score").Max());
        var verdicts = expected.GetColumn<bool>("PredictedLabel").ToArray();
        Assert.Equal([false, true], verdicts.Distinct().Order());
        Assert.Equal([300, 1], actual["PredictedLabel"].Shape);
        // A score that equals the threshold up to rounding may be on either side.
        Assert.InRange(actual["PredictedLabel"].Values.Zip(verdicts).Count(pair => pair.First == 1 != pair.Second), 0, 1);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void An_image_with_such_a_pixel_is_missing_and_an_anomaly(float value)
    {
        var rows = Images.Rows(3);
        var data = Select(_ml.Data.LoadFromEnumerable(rows), "Pixels");
        foreach (var architecture in new AutoencoderArchitecture[] { Models.Dense, new ConvolutionalArchitecture(Images.Shape) { Channels = [4, 8] } })
        {
            using var model = Models.Fit(_ml, Models.AllColumns(architecture));
            var detectorOptions = Models.WholeDetector();
            detectorOptions.Architecture = architecture;
            using var trained = _ml.AnomalyDetection.Trainers.Autoencoder(detectorOptions).Fit(Images.View(_ml, 40));
            using var detector = trained.WithThreshold(1000);
            rows[1].Pixels[100] = 0;
            var (whole, sound) = (ExportedChain.Run(_ml, model, data), ExportedChain.Run(_ml, detector, data));
            rows[1].Pixels[100] = value;
            var (partial, judged) = (ExportedChain.Run(_ml, model, data), ExportedChain.Run(_ml, detector, data));
            foreach (var (name, (_, expected)) in whole.Where(column => column.Key != "Pixels"))
            {
                var (before, actual) = (expected.Chunk(expected.Length / 3).ToArray(), partial[name].Values.Chunk(expected.Length / 3).ToArray());
                Assert.All(actual[1], number => Assert.True(double.IsNaN(number)));
                Assert.Equal(before[0], actual[0]);
                Assert.Equal(before[2], actual[2]);
                Assert.DoesNotContain(double.NaN, before.SelectMany(numbers => numbers));
            }
            Assert.Equal(0, sound["PredictedLabel"].Values[1]);
            Assert.Equal([0, 1, 0], judged["PredictedLabel"].Values);
            Assert.True(double.IsNaN(judged["Score"].Values[1]));
        }
    }

    [Fact]
    public void A_target_with_such_a_pixel_makes_scores_missing_and_nothing_else()
    {
        var options = Models.AllColumns();
        options.TargetColumnName = "Noisy";
        using var model = Models.Fit(_ml, options);
        var rows = Images.Rows(2);
        rows[1].Noisy[0] = float.NaN;
        var actual = ExportedChain.Run(_ml, model, Select(_ml.Data.LoadFromEnumerable(rows), "Pixels", "Noisy"));
        foreach (var (name, (_, values)) in actual.Where(column => column.Key is not ("Pixels" or "Noisy")))
            Assert.Equal(
                [false, name is not ("Code" or "Clean")], values.Chunk(values.Length / 2).Select(row => row.All(double.IsNaN)));
    }

    [Fact]
    public void A_column_that_a_step_of_mlnet_kept_from_the_graph_is_named()
    {
        var data = Select(Images.View(_ml, 20), "Pixels");
        var options = Models.Options();
        options.LatentColumnName = "Code";
        options.InputColumnName = "Map";
        options.Architecture = new DenseArchitecture(new ImageShape(1, 2, 2), 2) { HiddenSizes = [4] };
        var scaled = _ml.Transforms.ApproximatedKernelMap("Map", "Pixels", rank: 4).Append(_ml.Transforms.NormalizeMinMax("Map", fixZero: false));
        using var model = scaled.Append(_ml.Transforms.Autoencode(options)).Fit(data);
        var refused = Assert.Throws<NotSupportedException>(() => ExportedChain.Export(_ml, model, data));
        Assert.Contains("cannot export Autoencoder: its column 'Map' is not in the graph", refused.Message);
    }

    internal static IDataView Select(IDataView view, params string[] names)
    {
        var ml = new MLContext();
        return ml.Transforms.SelectColumns(names).Fit(view).Transform(view);
    }

    internal static void AssertVectors(IDataView expected, Dictionary<string, (int[] Shape, double[] Values)> actual, string column, int[] shape)
    {
        Assert.Equal(shape, actual[column].Shape);
        AssertClose([.. expected.GetColumn<float[]>(column).SelectMany(values => values)], actual[column].Values, 1e-5);
    }

    private static void AssertScores(
        IDataView expected, Dictionary<string, (int[] Shape, double[] Values)> actual, string column, double tolerance)
    {
        var scores = expected.GetColumn<float>(column).ToArray();
        Assert.Equal([scores.Length, 1], actual[column].Shape);
        Assert.NotEqual(scores.Min(), scores.Max());
        Assert.All(scores.Zip(actual[column].Values), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    /// <summary>Compares values with a tolerance relative to the largest value.</summary>
    internal static void AssertClose(float[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Max(Math.Abs);
        Assert.True(largest > 0);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * largest));
    }
}
