using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

public abstract class AnomalyTests : IDisposable
{
    private const int Count = 97;

    private readonly MLContext _ml = new(1);
    private readonly ImageRow[] _rows = Images.Rows(Count, 2);
    private readonly AutoencoderTransformer _transformer;

    public AnomalyTests() => _transformer = Fit(0.9);

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    public void Dispose() => _transformer.Dispose();

    [Fact]
    public void A_row_is_an_anomaly_where_its_score_is_above_the_threshold()
    {
        var view = _transformer.Transform(_ml.Data.LoadFromEnumerable(Rated.Draw(60)));
        var (scores, labels) = (view.GetColumn<float>("Score").ToArray(), view.GetColumn<bool>("PredictedLabel").ToArray());
        Assert.Equal(scores.Select(s => s > _transformer.Threshold!.Value), labels);
        Assert.Equal([false, true], labels.Distinct().Order());
    }

    [Fact]
    public void The_evaluator_of_mlnet_finds_that_noise_is_told_from_rectangles()
    {
        using var trained = Fit(0.9, epochs: 30);
        var data = _ml.Data.LoadFromEnumerable(Rated.Draw(60));
        var metrics = _ml.AnomalyDetection.Evaluate(trained.Transform(data), falsePositiveCount: 5);
        Assert.InRange(metrics.AreaUnderRocCurve, 0.8, 1);
        Assert.InRange(metrics.DetectionRateAtFalsePositiveCount, 0.8, 1);
    }

    [Fact]
    public void A_normal_row_has_a_probability_above_p_in_half_of_one_minus_p_of_cases()
    {
        var options = Models.WholeDetector(epochs: 5);
        options.HeldOutFraction = 0.5;
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(_ml, 2000, 5));
        var view = detector.Transform(Images.View(_ml, 1000, 6));
        var probabilities = view.GetColumn<float>("Probability").ToArray();
        Assert.All(probabilities, p => Assert.InRange(p, 0, 1));
        foreach (var p in new[] { 0, 0.25, 0.5, 0.75, 0.9 })
        {
            // The 1,000 held-out rows and the 1,000 new rows are both samples. The tolerance is five standard deviations of their
            // difference.
            var expected = (1 - p) / 2;
            Assert.Equal(expected, probabilities.Count(value => value > p) / 1000.0, 5 * Math.Sqrt(2 * expected * (1 - expected) / 1000));
        }
        var ordered = view.GetColumn<float>("Score").Zip(probabilities).OrderBy(pair => pair.First).Select(pair => pair.Second).ToArray();
        Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
        var noise = detector.Transform(_ml.Data.LoadFromEnumerable(Rated.Draw(60).Where(row => row.Label == 1))).GetColumn<float>("Probability");
        Assert.All(noise, value => Assert.InRange(value, 0.9f, 1));
    }

    [Fact]
    public void The_mask_has_the_pixels_whose_smoothed_error_is_above_the_threshold_of_pixels()
    {
        var options = Models.WholeDetector(epochs: 20);
        (options.HeldOutFraction, options.PixelFalseAlarms) = (0.5, 0.01);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(_ml, 1000, 5));
        var view = detector.Transform(Images.View(_ml, 300, 6));
        Assert.Equal("Vector<Single, 12, 12>", $"{view.Schema["Where"].Type}");
        Assert.Equal("Vector<Boolean, 12, 12>", $"{view.Schema["Mask"].Type}");
        var (maps, masks) = (view.GetColumn<float[]>("Where").ToArray(), view.GetColumn<bool[]>("Mask").ToArray());
        Assert.All(maps.Zip(masks), pair => Assert.Equal(pair.First.Select(error => error > detector.PixelThreshold), pair.Second));
        // About one in a hundred pixels of new normal rows is marked. The pixels of a row are not independent.
        Assert.InRange(masks.Average(mask => mask.Average(marked => marked ? 1.0 : 0)), 0.004, 0.02);
        var threshold = 0f;
        view.Schema["Where"].Annotations.GetValue("PixelThreshold", ref threshold);
        Assert.Equal(detector.PixelThreshold, threshold);

        var damaged = Images.Rows(50, 9);
        foreach (var row in damaged)
            row.Pixels[^1] = row.Pixels[^2] = row.Pixels[^13] = row.Pixels[^14] = 1; // a corner that no rectangle reaches
        var marked = detector.Transform(_ml.Data.LoadFromEnumerable(damaged)).GetColumn<bool[]>("Mask").ToArray();
        Assert.InRange(marked.Count(mask => mask[^1]), 45, 50);
    }

    [Fact]
    public void A_score_and_a_verdict_are_added() => Assert.Equal(
        ["Score: Single", "PredictedLabel: Boolean"], _transformer.Transform(Data).Schema.Skip(Data.Schema.Count).Select(c => $"{c.Name}: {c.Type}"));

    [Fact]
    public void An_engine_says_what_a_view_says()
    {
        var rows = Rated.Draw(40);
        var view = _transformer.Transform(_ml.Data.LoadFromEnumerable(rows));
        using var engine = _ml.Model.CreatePredictionEngine<Rated, Verdict>(_transformer, new PredictionEngineOptions { OwnsTransformer = false });
        var found = Array.ConvertAll(rows, r =>
        {
            var verdict = engine.Predict(r);
            return (verdict.Score, verdict.PredictedLabel);
        });
        Assert.All(view.GetColumn<float>("Score").Zip(found), p => Assert.Equal(p.First, p.Second.Score, 1e-4 * p.First));
        Assert.Equal(view.GetColumn<bool>("PredictedLabel"), found.Select(f => f.PredictedLabel));
    }

    [Fact]
    public void The_verdict_alone_can_be_read()
    {
        var view = _transformer.Transform(Data);
        Assert.Equal(Scores(_transformer).Select(s => $"{s > _transformer.Threshold!.Value}"), RowReads.Values(view, "PredictedLabel"));
    }

    [Fact]
    public void A_chain_with_it_is_saved_and_loaded_with_its_threshold_bit_for_bit()
    {
        using var model = _ml.Transforms.NormalizeMinMax("Pixels").Append(_ml.AnomalyDetection.Trainers.Autoencoder(Models.WholeDetector())).Fit(Data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, Data.Schema, stream);
        stream.Position = 0;
        using var loaded = (TransformerChain<ITransformer>)new MLContext().Model.Load(stream, out var _);
        var detector = Assert.IsType<AutoencoderTransformer>(loaded.LastTransformer);
        detector.ScoringEngine = Models.Engine;
        Assert.Equal(model.LastTransformer.Threshold, detector.Threshold);
        var other = _ml.Data.LoadFromEnumerable(Rated.Draw(60));
        foreach (var column in new[] { "Score", "PredictedLabel", "Probability", "Where" })
            Assert.Equal(RowReads.Rows(model.Transform(other), column), RowReads.Rows(loaded.Transform(other), column));
        Assert.Equal(model.Transform(other).GetColumn<bool[]>("Mask"), loaded.Transform(other).GetColumn<bool[]>("Mask"));
    }

    [Fact]
    public void Without_a_quantile_there_is_no_threshold()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        Assert.Null(transformer.Threshold);
    }

    [Theory]
    [InlineData("Nope", "Could not find feature column 'Nope' (Parameter 'inputSchema')")]
    [InlineData("Name", "Schema mismatch for feature column 'Name': expected Vector<Single>, got String (Parameter 'inputSchema')")]
    public void A_missing_or_mistyped_column_is_refused_in_the_words_of_the_trainers_of_mlnet(string column, string message)
    {
        foreach (var trainer in new IEstimator<ITransformer>[]
        {
            _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(column)), _ml.AnomalyDetection.Trainers.RandomizedPca(column),
        })
        {
            Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(Data)).Message);
            Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaSpy.ShapeOf(_ml, Data))).Message);
        }
    }

    [Fact]
    public void A_fitted_detector_refuses_other_columns_in_the_same_words()
    {
        var others = _ml.Transforms.DropColumns("Pixels").Fit(Data).Transform(Data);
        Assert.Equal(
            "Could not find feature column 'Pixels' (Parameter 'inputSchema')", Assert.Throws<ArgumentOutOfRangeException>(() => _transformer.Transform(others)).Message);
        var extra = _ml.Transforms.CopyColumns("Pixels", "Extra").Fit(Data).Transform(Data);
        Assert.StartsWith(
            "Schema mismatch for feature column 'Pixels': expected Vector<Single>, got Vector<Double, 3>: ",
            Assert.Throws<ArgumentOutOfRangeException>(() => _transformer.Transform(extra)).Message);
    }

    [Fact]
    public void Fitting_without_rows_is_refused()
    {
        var empty = _ml.Data.LoadFromEnumerable(Array.Empty<ImageRow>());
        Assert.Throws<InvalidOperationException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(empty));
    }

    [Fact]
    public void Arguments_that_make_no_sense_are_refused_when_they_are_given()
    {
        var twice = Models.Detector();
        twice.ErrorMapColumnName = "Score";
        Assert.Throws<ArgumentException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(twice));
        foreach (var wrong in new[]
        {
            Models.Detector() with { HeldOutFraction = 0 }, Models.Detector() with { HeldOutFraction = 1 }, Models.Detector() with { Smoothing = -1 },
            Models.Detector() with { PixelFalseAlarms = 0 }, Models.Detector() with { PixelFalseAlarms = double.NaN },
        })
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(wrong));
        foreach (var quantile in new[] { -0.01, 1.01, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.Trainers.Autoencoder("Pixels", quantile: quantile));
        Assert.Throws<ArgumentException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(""));
    }

    private AutoencoderTransformer Fit(double quantile, int epochs = 2) =>
        _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(epochs: epochs, quantile: quantile)).Fit(Data);

    private float[] Scores(AutoencoderTransformer transformer) => [.. transformer.Transform(Data).GetColumn<float>("Score")];

    private sealed class Verdict
    {
        public float Score { get; set; }

        public bool PredictedLabel { get; set; }
    }

    /// <summary>Alternating images of rectangles (label 0) and of noise (label 1).</summary>
    private sealed class Rated
    {
        [VectorType(Images.Size)]
        public float[] Pixels { get; set; } = [];

        public float Label { get; set; }

        public static Rated[] Draw(int count)
        {
            var random = new Random(4);
            return [.. Images.Rows(count, 12).Select((row, i) => new Rated
            {
                Pixels = i % 2 == 0 ? row.Pixels : Array.ConvertAll(row.Pixels, _ => random.NextSingle()),
                Label = i % 2,
            })];
        }
    }
}

public sealed class AnomalyTestsByLibTorch : AnomalyTests, IClassFixture<ScoredByLibTorch>;

public sealed class AnomalyTestsByOnnxRuntime : AnomalyTests, IClassFixture<ScoredByOnnxRuntime>;
