using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests detectors of anomalies in vectors that are not images.</summary>
[Trait("Pace", "slow")]
public sealed class VectorDetectorTests
{
    private static readonly ScoringEngine[] Engines = [ScoringEngine.LibTorch, ScoringEngine.OnnxRuntime];

    private readonly MLContext _ml = new(1);

    public static TheoryData<AnomalyScore?, bool> Scores
    {
        get
        {
            var data = new TheoryData<AnomalyScore?, bool>();
            AnomalyScore?[] scores =
            [
                null, AnomalyScore.WeightedError, AnomalyScore.LatentNeighbors, AnomalyScore.ImageNeighbors, AnomalyScore.LargestLocalError,
                AnomalyScore.Combined,
            ];
            foreach (var score in scores)
            {
                data.Add(score, false);
                data.Add(score, true);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void Every_score_is_the_same_by_both_engines_after_saving_and_in_an_exported_graph(AnomalyScore? score, bool masks)
    {
        var data = SensorRow.View(_ml, 200, missing: masks ? 0.1 : 0);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(masks) with { Score = score }).Fit(data);
        var other = SensorRow.View(_ml, 90, seed: 5, missing: masks ? 0.2 : 0, wrong: 0.2);
        detector.ScoringEngine = ScoringEngine.LibTorch;
        var expected = Judge(detector, other);
        detector.ScoringEngine = ScoringEngine.OnnxRuntime;
        // If held-out scores are close to each other, the rounding of an error becomes a difference of ranks.
        var tolerance = score is CombinedScore ? 0.02 : 1e-3;
        AssertClose(expected, Judge(detector, other), tolerance);

        using var file = new MemoryStream();
        _ml.Model.Save(detector, data.Schema, file);
        using var loaded = (AutoencoderTransformer)_ml.Model.Load(file, out _);
        Assert.Equal(detector.AnomalyScore, loaded.AnomalyScore);
        var (before, after) = (Judge(detector, other), Judge(loaded, other));
        Assert.Equal(before.Scores, after.Scores);
        Assert.Equal(before.Parts.SelectMany(row => row), after.Parts.SelectMany(row => row));

        var exported = ExportedChain.Run(_ml, detector, Select(other, "Features"));
        AssertClose(
            expected, ([.. exported["Score"].Values.Select(value => (float)value)],
            [.. exported["WhatIsOdd"].Values.Select(value => (float)value).Chunk(SensorRow.Count)]), tolerance);
    }

    [Fact]
    public void The_score_of_vectors_is_the_mean_squared_error_unless_set()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(masks: false)).Fit(SensorRow.View(_ml, 100));
        Assert.Equal(AnomalyScore.MeanSquaredError, detector.AnomalyScore);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Contributions_have_the_slot_names_and_sum_to_the_score(bool masks, bool isWeighted)
    {
        var data = SensorRow.View(_ml, 300, missing: masks ? 0.1 : 0);
        var score = isWeighted ? AnomalyScore.WeightedError : AnomalyScore.MeanSquaredError;
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(masks) with { Score = score }).Fit(data);
        var view = detector.Transform(data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["WhatIsOdd"].GetSlotNames(ref names);
        Assert.Equal(SensorRow.Names, names.DenseValues().Select(name => $"{name}"));
        foreach (var engine in Engines)
        {
            detector.ScoringEngine = engine;
            var (scores, parts) = Judge(detector, data);
            for (var row = 0; row < scores.Length; row++)
                Assert.Equal(scores[row], parts[row].Sum(part => (double)part), 1e-5 * scores[row]);
        }
    }

    [Fact]
    public void A_missing_value_adds_nothing_and_the_score_is_the_mean_over_the_others()
    {
        var rows = SensorRow.Rows(200, missing: 0.1);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(masks: true)).Fit(SensorRow.View(_ml, rows));
        var state = detector.Model.state_dict();
        var scales = state["encoder.0.scale"].data<float>().ToArray();
        var (scores, parts) = Judge(detector, SensorRow.View(_ml, rows));
        using var scope = TorchSharp.torch.NewDisposeScope();
        var input = TorchSharp.torch.tensor(rows.SelectMany(row => row.Values).ToArray(), [rows.Length, SensorRow.Count]);
        var decoded = detector.Model.call(input).detach().data<float>().ToArray();
        for (var row = 0; row < rows.Length; row++)
        {
            var values = rows[row].Values;
            var errors = values.Select((value, slot) =>
                float.IsNaN(value) ? 0 : Math.Pow((value - (double)decoded[row * SensorRow.Count + slot]) / scales[slot], 2)).ToArray();
            var there = values.Count(value => !float.IsNaN(value));
            if (there == 0)
            {
                Assert.True(float.IsNaN(scores[row]));
                continue;
            }
            Assert.Equal(errors.Sum() / there, scores[row], 2e-3 + 1e-3 * scores[row]);
            Assert.All(values.Index().Where(pair => float.IsNaN(pair.Item)), pair => Assert.Equal(0, parts[row][pair.Index]));
        }
    }

    [Fact]
    public void Gaps_in_the_training_rows_do_not_make_a_slot_count_more()
    {
        var complete = SensorRow.Rows(800);
        var gaps = SensorRow.Rows(800);
        var random = new Random(3);
        foreach (var row in gaps)
            row.Values[2] = random.NextDouble() < 0.9 ? float.NaN : row.Values[2];
        double[] Mean(SensorRow[] rows)
        {
            using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(masks: true) with { Score = AnomalyScore.WeightedError })
                .Fit(SensorRow.View(_ml, rows));
            // For rows without gaps, a usual error is 1 in every slot.
            var parts = Judge(detector, SensorRow.View(_ml, complete)).Parts;
            return [.. Enumerable.Range(0, 5).Select(slot => parts.Average(row => row[slot] * SensorRow.Count))];
        }

        Assert.InRange(Mean(gaps)[2], 0, 3 * Mean(complete).Max());
    }

    [Fact]
    public void The_largest_error_of_a_slot_is_the_same_whatever_else_is_missing()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(masks: true) with { Score = AnomalyScore.LargestLocalError })
            .Fit(SensorRow.View(_ml, 400, missing: 0.1));
        var rows = SensorRow.Rows(40, seed: 6, missing: 0.5);
        var (scores, parts) = Judge(detector, SensorRow.View(_ml, rows));
        for (var row = 0; row < rows.Length; row++)
            // The contributions are means over the values that are not missing.
            if (rows[row].Values.Count(value => !float.IsNaN(value)) is > 0 and var there)
                Assert.Equal(parts[row].Max() * there, scores[row], 1e-4 * scores[row]);
    }

    [Fact]
    public void A_wrong_sensor_is_found_and_named()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(masks: false) with { Epochs = 60 }).Fit(SensorRow.View(_ml, 1500));
        var rows = SensorRow.Rows(300, seed: 8, wrong: 0.3);
        var (scores, parts) = Judge(detector, SensorRow.View(_ml, rows));
        var wrong = scores.Zip(rows).Where(pair => pair.Second.IsWrong).Select(pair => pair.First).ToArray();
        var right = scores.Zip(rows).Where(pair => !pair.Second.IsWrong).Select(pair => pair.First).ToArray();
        var auc = wrong.Average(w => right.Average(r => w > r ? 1 : 0.0));
        Assert.InRange(auc, 0.95, 1);
        var judged = detector.Transform(SensorRow.View(_ml, rows));
        var table = judged.ToDataFrameOfTopSlots("WhatIsOdd", count: 1, onlyWhere: "PredictedLabel");
        Assert.Equal(
            judged.GetColumn<bool>("PredictedLabel").Index().Where(pair => pair.Item).Select(pair => (long?)pair.Index),
            (IEnumerable<long?>)table["Row"]);
        Message.Says<ArgumentOutOfRangeException>(
            () => judged.ToDataFrameOfTopSlots("WhatIsOdd", onlyWhere: "Score"), "Score", "Boolean");
        var named = parts.Zip(rows).Where(pair => pair.Second.IsWrong).Count(pair => pair.First.Index().MaxBy(part => part.Item).Index == 4);
        Assert.InRange(named, 0.5 * wrong.Length, wrong.Length);
    }

    [Fact]
    public void A_row_beyond_all_measure_is_an_anomaly_for_sure()
    {
        var options = Options(masks: false) with { ProbabilityColumnName = "Probability" };
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(SensorRow.View(_ml, 100));
        var rows = SensorRow.Rows(2);
        rows[1].Values[2] = 1e30f;
        var view = detector.Transform(SensorRow.View(_ml, rows));
        Assert.Equal(1, view.GetColumn<float>("Probability").ElementAt(1));
        Assert.True(view.GetColumn<bool>("PredictedLabel").ElementAt(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Error_maps_and_masks_are_refused_before_the_training(bool isMask)
    {
        var options = Options(masks: false) with { ErrorMapColumnName = isMask ? null : "Where", MaskColumnName = isMask ? "Mask" : null };
        Message.Says<InvalidOperationException>(
            () => _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(SensorRow.View(_ml, 50)), "'Features'", "vectors of 6", "ContributionColumnName");
    }

    [Fact]
    public void A_window_is_for_images()
    {
        var options = Options(masks: false) with { Score = new LargestLocalErrorScore { Window = 3 } };
        Message.Says<ArgumentException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(SensorRow.View(_ml, 50)), "Window");
    }

    private static VectorArchitecture Architecture(bool masks) => new(2)
    {
        HiddenSizes = [16],
        MissingValues = masks ? MissingValues.Mask : MissingValues.Refuse,
    };

    private static AutoencoderAnomalyTrainer.Options Options(bool masks) => new()
    {
        Architecture = Architecture(masks),
        ContributionColumnName = "WhatIsOdd",
        Epochs = 10,
        BatchSize = 32,
        LearningRate = 3e-3,
        Seed = 1,
    };

    private static (float[] Scores, float[][] Parts) Judge(AutoencoderTransformer detector, IDataView data)
    {
        var view = detector.Transform(data);
        return ([.. view.GetColumn<float>("Score")], [.. view.GetColumn<float[]>("WhatIsOdd")]);
    }

    private static void AssertClose((float[] Scores, float[][] Parts) expected, (float[] Scores, float[][] Parts) actual, double tolerance)
    {
        void Same(IEnumerable<float> one, IEnumerable<float> two, double share)
        {
            var largest = one.Where(float.IsFinite).Max();
            foreach (var (a, b) in one.Zip(two))
            {
                Assert.Equal(float.IsNaN(a), float.IsNaN(b));
                if (!float.IsNaN(a))
                    Assert.Equal(a, b, share * largest);
            }
        }

        Assert.Equal(expected.Scores.Length, actual.Scores.Length);
        Same(expected.Scores, actual.Scores, tolerance);
        Same(expected.Parts.SelectMany(row => row), actual.Parts.SelectMany(row => row), 1e-3);
    }

    private IDataView Select(IDataView data, string column) => _ml.Transforms.SelectColumns(column).Fit(data).Transform(data);
}
