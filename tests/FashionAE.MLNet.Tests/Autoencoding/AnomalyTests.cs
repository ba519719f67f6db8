using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

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
    public void The_score_is_the_mean_squared_error_of_the_reconstruction()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = torch.tensor(_rows.SelectMany(r => r.Pixels).ToArray()).reshape(Images.Shape.Batch(Count));
        var decoded = _transformer.Model.call(images).data<float>().ToArray().Chunk(Images.Size);
        var expected = _rows.Zip(decoded, (r, d) => r.Pixels.Zip(d, (a, b) => ((double)a - b) * ((double)a - b)).Average());
        Assert.All(expected.Zip(Scores(_transformer)), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Fact]
    public void A_row_is_an_anomaly_where_its_score_is_above_the_threshold()
    {
        var view = _transformer.Transform(_ml.Data.LoadFromEnumerable(Rated.Draw(60)));
        var (scores, labels) = (view.GetColumn<float>("Score").ToArray(), view.GetColumn<bool>("PredictedLabel").ToArray());
        Assert.Equal(scores.Select(s => s > _transformer.Threshold!.Value), labels);
        Assert.Equal([false, true], labels.Distinct().Order());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    [InlineData(0.731)]
    [InlineData(0.95)]
    [InlineData(1.0)]
    public void The_threshold_is_the_quantile_of_the_training_scores(double quantile)
    {
        using var transformer = Fit(quantile);
        var sorted = Scores(transformer).Select(s => (double)s).Order().ToArray();
        // Linear between the two scores on either side.
        var place = quantile * (Count - 1);
        var (low, high) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
        Assert.Equal(low + (place - Math.Floor(place)) * (high - low), transformer.Threshold!.Value, 1e-7 * high);
        Assert.Equal(Count - 1 - (int)Math.Floor(place), transformer.Transform(Data).GetColumn<bool>("PredictedLabel").Count(a => a));
    }

    [Fact]
    public void Ninety_five_of_a_hundred_training_rows_are_none_unless_told_otherwise()
    {
        using var transformer = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(Data);
        Assert.InRange(transformer.Transform(Data).GetColumn<bool>("PredictedLabel").Count(a => a) / (double)Count, 0.04, 0.06);
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
        Assert.All(view.GetColumn<float>("Score").Zip(found), p => Assert.Equal(p.First, p.Second.Score, 1e-6));
        Assert.Equal(view.GetColumn<bool>("PredictedLabel"), found.Select(f => f.PredictedLabel));
    }

    [Fact]
    public void The_verdict_alone_can_be_asked_for()
    {
        var view = _transformer.Transform(Data);
        Assert.Equal(Scores(_transformer).Select(s => $"{s > _transformer.Threshold!.Value}"), RowReads.Values(view, "PredictedLabel"));
    }

    [Fact]
    public void A_chain_with_it_is_saved_and_loaded_with_its_threshold_bit_for_bit()
    {
        using var model = _ml.Transforms.NormalizeMinMax("Pixels").Append(_ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.8))).Fit(Data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, Data.Schema, stream);
        stream.Position = 0;
        using var loaded = (TransformerChain<ITransformer>)new MLContext().Model.Load(stream, out var _);
        var detector = Assert.IsType<AutoencoderTransformer>(loaded.LastTransformer);
        detector.ScoringEngine = Models.Engine;
        Assert.Equal(model.LastTransformer.Threshold, detector.Threshold);
        var other = _ml.Data.LoadFromEnumerable(Rated.Draw(60));
        foreach (var column in new[] { "Score", "PredictedLabel" })
            Assert.Equal(RowReads.Rows(model.Transform(other), column), RowReads.Rows(loaded.Transform(other), column));
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
        foreach (var quantile in new[] { -0.01, 1.01, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: quantile)));
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

    /// <summary>Rectangles (label 0) and images of noise (label 1), in turn.</summary>
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
