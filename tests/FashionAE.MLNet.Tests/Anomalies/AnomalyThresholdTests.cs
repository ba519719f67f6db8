using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Anomalies;

public class AnomalyThresholdTests
{
    private const int New = 500;

    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.98)]
    public void New_normal_rows_exceed_the_threshold_as_often_as_specified(double quantile)
    {
        // With n held-out rows, the share of new rows above the threshold is distributed as Beta(k, n + 1 - k), so the number of 500 new
        // rows is beta-binomial. The sum over 20 seeds is close enough to normal for four standard deviations.
        const int Seeds = 20;
        const int HeldOut = 100;
        var above = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var options = Models.Detector(epochs: 2);
            (options.Seed, options.Threshold) = (seed, AnomalyThreshold.HeldOutQuantile(quantile));
            options.HeldOutFraction = 0.5;
            using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(_ml, 2 * HeldOut, 100 + seed));
            above += detector.Transform(Images.View(_ml, New, 200 + seed)).GetColumn<bool>("PredictedLabel").Count(label => label);
        }
        var share = 1 - quantile;
        var (a, b) = (share * (HeldOut + 1), quantile * (HeldOut + 1));
        var variance = New * share * quantile * (a + b + New) / (a + b + 1);
        var deviation = Math.Sqrt(Seeds * variance);
        Assert.InRange(above, Seeds * New * share - 4 * deviation, Seeds * New * share + 4 * deviation);
    }

    [Fact]
    public void A_rate_of_false_alarms_that_too_few_rows_can_tell_is_refused_before_the_training()
    {
        var options = Models.Detector(epochs: int.MaxValue);
        options.Threshold = AnomalyThreshold.FalseAlarms(0.01);
        var refused = Assert.Throws<InvalidOperationException>(
            () => _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(_ml, 980)));
        Assert.Contains("needs at least 99 rows", refused.Message);
        Assert.Contains("98", refused.Message);
    }

    [Fact]
    public void With_enough_rows_the_rate_of_false_alarms_is_the_quantile()
    {
        var (first, second) = (Models.Detector(), Models.Detector());
        first.Threshold = AnomalyThreshold.FalseAlarms(0.01);
        second.Threshold = AnomalyThreshold.HeldOutQuantile(0.99);
        using var alarms = _ml.AnomalyDetection.Trainers.Autoencoder(first).Fit(Images.View(_ml, 990));
        using var quantile = _ml.AnomalyDetection.Trainers.Autoencoder(second).Fit(Images.View(_ml, 990));
        Assert.Equal(quantile.Threshold, alarms.Threshold);
    }

    [Fact]
    public void Too_few_rows_for_a_quantile_are_a_warning()
    {
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add($"{e.Kind}: {e.Message}");
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.95)).Fit(Images.View(_ml, 180));
        Assert.Contains(log, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("At least 19 are needed", StringComparison.Ordinal));
        log.Clear();
        using var other = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.95)).Fit(Images.View(_ml, 190));
        Assert.DoesNotContain(log, line => line.Contains("are needed", StringComparison.Ordinal));
    }

    [Fact]
    public void Training_data_with_anomalies_have_their_share_above_it()
    {
        var rows = Images.Rows(400, 5);
        foreach (var row in rows.Where((_, i) => i % 10 == 0))
            Array.Fill(row.Pixels, 0.6f);
        var options = Models.WholeDetector(epochs: 20);
        options.HeldOutFraction = 0.5;
        options.Threshold = AnomalyThreshold.Contamination(0.1);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_ml.Data.LoadFromEnumerable(rows));
        Assert.InRange(detector.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<bool>("PredictedLabel").Count(label => label), 20, 60);
        // Rows that are called anomalies do not count as normal.
        using var ignorant = _ml.AnomalyDetection.Trainers.Autoencoder(With(options, AnomalyThreshold.HeldOutQuantile(0.9))).Fit(_ml.Data.LoadFromEnumerable(rows));
        Assert.Equal(ignorant.Threshold!.Value, detector.Threshold!.Value, 1e-6 * detector.Threshold.Value);
        double Mean(AutoencoderTransformer each) => each.Transform(Images.View(_ml, 200, 7)).GetColumn<float>("Probability").Average();
        Assert.True(Mean(detector) > Mean(ignorant));
    }

    [Theory]
    [InlineData("Flag")]
    [InlineData("Number")]
    public void The_best_f1_of_labeled_rows_is_that_of_a_search_through_all_thresholds(string label)
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(epochs: 5)).Fit(Images.View(_ml, 200));
        var rows = Labeled();
        var view = _ml.Data.LoadFromEnumerable(rows);
        using var best = detector.WithThresholdOf(AnomalyThreshold.BestF1(view, label));
        var scores = detector.Transform(view).GetColumn<float>("Score").ToArray();
        double F1(double threshold)
        {
            var found = scores.Zip(rows).Count(pair => pair.First > threshold && pair.Second.Flag);
            return 2.0 * found / (rows.Count(row => row.Flag) + scores.Count(score => score > threshold));
        }

        Assert.Equal(scores.Append(-1).Max(score => F1(score)), F1(best.Threshold!.Value), 1e-12);
    }

    [Fact]
    public void A_rate_of_false_alarms_can_be_that_of_labeled_rows()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(epochs: 5)).Fit(Images.View(_ml, 200));
        var rows = Labeled();
        var view = _ml.Data.LoadFromEnumerable(rows);
        using var other = detector.WithThresholdOf(AnomalyThreshold.FalseAlarms(0.1, view, "Flag"));
        var verdicts = other.Transform(view).GetColumn<bool>("PredictedLabel").ToArray();
        Assert.InRange(rows.Zip(verdicts).Count(pair => !pair.First.Flag && pair.Second), 3, 5);
        Assert.Contains(
            "needs at least 99", Assert.Throws<InvalidOperationException>(() => detector.WithThresholdOf(AnomalyThreshold.FalseAlarms(0.01, view, "Flag"))).Message);
    }

    [Fact]
    public void Invalid_labels_are_refused()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(Images.View(_ml, 100));
        var view = _ml.Data.LoadFromEnumerable(Labeled());
        foreach (var column in new[] { "Nope", "Pixels" })
            Assert.Contains(
                $"'{column}'", Assert.Throws<ArgumentOutOfRangeException>(() => detector.WithThresholdOf(AnomalyThreshold.BestF1(view, column))).Message);
        Assert.Contains("All labeled rows are normal", Assert.Throws<InvalidOperationException>(
            () => detector.WithThresholdOf(AnomalyThreshold.BestF1(_ml.Data.LoadFromEnumerable(Labeled().Where(row => !row.Flag)), "Flag"))).Message);
    }

    [Fact]
    public void Where_most_images_are_equal_rounding_does_not_make_anomalies_of_them()
    {
        var rows = Images.Rows(300, 5);
        foreach (var row in rows.Where((_, i) => i % 30 != 0))
            Array.Fill(row.Pixels, 0.3f);
        var view = _ml.Data.LoadFromEnumerable(rows);
        foreach (var score in new[] { AnomalyScore.Combined, AnomalyScore.MeanSquaredError })
        {
            using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(epochs: 20, score: score)).Fit(view);
            foreach (var engine in new[] { ScoringEngine.LibTorch, ScoringEngine.OnnxRuntime })
            {
                detector.ScoringEngine = engine;
                var count = detector.Transform(view).GetColumn<bool>("PredictedLabel").Count(label => label);
                Assert.True(count <= 30, $"{score.GetType().Name}, {engine}: {count}");
            }
        }
    }

    [Fact]
    public void Labels_are_checked_before_the_training()
    {
        var view = _ml.Data.LoadFromEnumerable(Labeled());
        foreach (var rule in new[]
        {
            AnomalyThreshold.BestF1(view, "Nope"), AnomalyThreshold.BestF1(view, "Pixels"), AnomalyThreshold.FalseAlarms(0.01, view, "Flag"),
            AnomalyThreshold.BestF1(_ml.Data.LoadFromEnumerable(Labeled().Where(row => row.Flag)), "Flag"),
            AnomalyThreshold.BestF1(_ml.Transforms.DropColumns("Pixels").Fit(view).Transform(view), "Flag"),
        })
        {
            var options = Models.Detector(epochs: int.MaxValue);
            options.Threshold = rule;
            Assert.ThrowsAny<Exception>(() => _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(_ml, 100)));
        }
    }

    [Fact]
    public void A_loaded_detector_accepts_another_rule_without_training()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(Images.View(_ml, 990));
        using var file = new MemoryStream();
        _ml.Model.Save(detector, Images.View(_ml, 1).Schema, file);
        file.Position = 0;
        using var loaded = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(file, out _));
        var rule = AnomalyThreshold.FalseAlarms(0.01);
        using var expected = detector.WithThresholdOf(rule);
        using var actual = loaded.WithThresholdOf(rule);
        Assert.NotEqual(detector.Threshold, expected.Threshold);
        Assert.Equal(expected.Threshold!.Value, actual.Threshold!.Value, 1e-6 * expected.Threshold.Value);
        // These normal rows are brighter and score higher.
        var brighter = Images.Rows(300, 9);
        foreach (var row in brighter)
            row.Pixels = Array.ConvertAll(row.Pixels, pixel => Math.Min(1, pixel + 0.3f));
        var view = _ml.Data.LoadFromEnumerable(brighter);
        using var renewed = loaded.WithThresholdOf(view, AnomalyThreshold.HeldOutQuantile(0.9));
        Assert.InRange(renewed.Transform(view).GetColumn<bool>("PredictedLabel").Count(label => label), 28, 32);
        Assert.Contains("needs at least 999", Assert.Throws<InvalidOperationException>(() => loaded.WithThresholdOf(view, AnomalyThreshold.FalseAlarms(1e-3))).Message);
    }

    [Fact]
    public void Invalid_shares_are_refused()
    {
        foreach (var share in new[] { -0.1, 1.1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => AnomalyThreshold.HeldOutQuantile(share));
            Assert.Throws<ArgumentOutOfRangeException>(() => AnomalyThreshold.FalseAlarms(share));
            Assert.Throws<ArgumentOutOfRangeException>(() => AnomalyThreshold.Contamination(share));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => AnomalyThreshold.FalseAlarms(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnomalyThreshold.Contamination(0.6));
    }

    private static AutoencoderAnomalyTrainer.Options With(AutoencoderAnomalyTrainer.Options options, AnomalyThreshold threshold) =>
        options with { Threshold = threshold };

    /// <summary>Forty images of rectangles and twenty images of noise.</summary>
    private static LabeledRow[] Labeled()
    {
        var random = new Random(8);
        return [.. Images.Rows(60, 6).Select((row, i) => new LabeledRow
        {
            Pixels = i % 3 == 0 ? Array.ConvertAll(row.Pixels, pixel => Math.Clamp(pixel + random.NextSingle() * 0.4f, 0, 1)) : row.Pixels,
            Flag = i % 3 == 0,
            Number = i % 3 == 0 ? 1 : 0,
        })];
    }

    private sealed class LabeledRow
    {
        [VectorType(Images.Size)]
        public float[] Pixels { get; set; } = [];

        public bool Flag { get; set; }

        public float Number { get; set; }
    }
}
