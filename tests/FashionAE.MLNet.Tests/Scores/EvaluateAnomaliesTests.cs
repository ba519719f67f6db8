using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Scores;

public class EvaluateAnomaliesTests
{
    private const int Height = 9;
    private const int Width = 11;

    private static readonly Dictionary<string, (uint Set, string Kind)> Detector = new()
    {
        ["Other"] = (3, "Score"), // an older detector
        ["Value"] = (7, "Score"),
        ["Verdict"] = (7, "PredictedLabel"),
        ["Probability"] = (7, "Probability"),
        ["Map"] = (7, "ErrorMap"),
        ["Marks"] = (7, "Mask"),
    };

    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData("distinct scores")]
    [InlineData("many ties")]
    public void Images_are_judged_as_scikit_learn_does(string name)
    {
        var recorded = RecordedMetrics.Case("images", name);
        var metrics = _ml.Reconstruction.EvaluateAnomalies(Output(Rows(recorded)), new() { LabelColumnName = "IsOdd", ClassColumnName = "Kind" });
        AssertRecorded(recorded, metrics);
        Assert.Null(metrics.Pixels);

        Assert.Equal(["0", "1", "2", "3"], metrics.PerClass.Keys);
        foreach (var (label, ofClass) in metrics.PerClass)
        {
            Assert.Equal(recorded.GetProperty("class_auroc").Number(label), ofClass.AreaUnderRocCurve, 1e-9);
            Assert.Equal(recorded.GetProperty("class_recall").Number(label), ofClass.Recall, 1e-12);
            Assert.Equal((metrics.NormalCount, metrics.FalseAlarmRate), (ofClass.NormalCount, ofClass.FalseAlarmRate));
        }
        Assert.Equal(metrics.AnomalyCount, metrics.PerClass.Values.Sum(ofClass => ofClass.AnomalyCount));
    }

    [Fact]
    public void A_missing_score_is_the_most_anomalous()
    {
        var recorded = RecordedMetrics.Case("images", "missing scores");
        AssertRecorded(recorded, _ml.Reconstruction.EvaluateAnomalies(Output(Rows(recorded)), "IsOdd"));
    }

    [Theory]
    [InlineData("several regions, two at the border")]
    [InlineData("ties")]
    public void Pixels_are_judged_as_the_reference_does(string name)
    {
        var recorded = RecordedMetrics.Case("pixels", name);
        foreach (var truth in new[] { "Truth", "TruthBytes", "TruthSingles", "TruthOfChannels" })
        {
            var pixels = _ml.Reconstruction.EvaluateAnomalies(Output(Maps(recorded)), "Label", truth).Pixels!;
            Assert.Equal(recorded.Number("auroc"), pixels.AreaUnderRocCurve, 1e-9);
            Assert.Equal(recorded.Number("aupro"), pixels.AreaUnderProCurve, 1e-9);
            Assert.Equal(recorded.Number("iou"), pixels.IntersectionOverUnion, 1e-12);
            Assert.Equal(recorded.Number("false_alarm_rate"), pixels.FalseAlarmRate, 1e-12);
            Assert.Equal(recorded.Number("regions"), pixels.RegionCount);
        }
    }

    [Fact]
    public void Columns_can_be_named()
    {
        var recorded = RecordedMetrics.Case("pixels", "ties");
        // There are no annotations. The map has the errors of two channels, whose means are compared, and vectors have no known size.
        var data = _ml.Data.LoadFromEnumerable(Maps(recorded));
        var options = new AnomalyEvaluationOptions { ScoreColumnName = "Value", MaskColumnName = "TruthLoose", ErrorMapColumnName = "MapLoose" };
        Message.Says<InvalidOperationException>(() => _ml.Reconstruction.EvaluateAnomalies(data, options), "'MapLoose'", "'TruthLoose'", "Shape");

        var metrics = _ml.Reconstruction.EvaluateAnomalies(data, options with { Shape = new ImageShape(3, Height, Width) });
        Assert.Equal(recorded.Number("auroc"), metrics.Pixels!.AreaUnderRocCurve, 1e-9);
        Assert.Equal(recorded.Number("aupro"), metrics.Pixels.AreaUnderProCurve, 1e-9);
        Assert.Equal((double.NaN, double.NaN), (metrics.Pixels.IntersectionOverUnion, metrics.Pixels.FalseAlarmRate));
        Assert.Null(metrics.DetectedCount);
        Assert.Equal((double.NaN, double.NaN, double.NaN), (metrics.F1Score, metrics.Recall, metrics.FalseAlarmRate));

        var named = options with { Shape = new(1, Height, Width), PredictedLabelColumnName = "Verdict", PredictedMaskColumnName = "Marks" };
        Assert.Equal(recorded.Number("iou"), _ml.Reconstruction.EvaluateAnomalies(data, named).Pixels!.IntersectionOverUnion, 1e-12);
        Assert.NotNull(_ml.Reconstruction.EvaluateAnomalies(data, named).DetectedCount);
    }

    [Fact]
    public void A_score_column_selects_the_columns_of_its_detector()
    {
        var view = Output(Rows(RecordedMetrics.Case("images", "distinct scores")));
        Assert.Null(_ml.Reconstruction.EvaluateAnomalies(view, new() { LabelColumnName = "IsOdd", ScoreColumnName = "Other" }).DetectedCount);
        Assert.NotNull(_ml.Reconstruction.EvaluateAnomalies(view, new() { LabelColumnName = "IsOdd", ScoreColumnName = "Value" }).DetectedCount);
    }

    [Fact]
    public void Labels_are_flags_numbers_keys_or_text()
    {
        var rows = Rows(RecordedMetrics.Case("images", "distinct scores"));
        foreach (var row in rows)
            row.IsOdd = row.Kind is "1" or "3"; // anomalies by class
        var view = Output(rows);
        var flags = _ml.Reconstruction.EvaluateAnomalies(view, new() { LabelColumnName = "IsOdd", ClassColumnName = "Kind" });
        var text = _ml.Reconstruction.EvaluateAnomalies(view, new() { LabelColumnName = "Kind", NormalClasses = ["0", "2"] });
        var keys = _ml.Transforms.Conversion.MapValueToKey("Kind", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(view).Transform(view);
        var ofKeys = _ml.Reconstruction.EvaluateAnomalies(keys, new() { LabelColumnName = "Kind", NormalClasses = ["2", "0"] });
        Assert.Equal(["1", "3"], flags.PerClass.Keys);
        foreach (var metrics in new[] { text, ofKeys })
        {
            Assert.Equal(flags.ToString(), metrics.ToString());
            Assert.Equal(flags.AreaUnderRocCurve, metrics.AreaUnderRocCurve);
        }
        foreach (var row in rows)
            row.Label = row.IsOdd ? 1 : 0;
        Assert.Equal(flags with { PerClass = text.PerClass }, _ml.Reconstruction.EvaluateAnomalies(view) with { PerClass = text.PerClass });
    }

    [Fact]
    public void Detectors_of_ML_NET_are_judged_as_it_judges_them()
    {
        var rows = Images.Rows(300).Select((row, i) => new Labeled { Pixels = i % 10 == 0 ? row.Noisy : row.Pixels, Label = i % 10 == 0 ? 1 : 0 });
        var data = _ml.Data.LoadFromEnumerable(rows);
        var scored = _ml.AnomalyDetection.Trainers.RandomizedPca("Pixels", rank: 10).Fit(data).Transform(data);
        var metrics = _ml.Reconstruction.EvaluateAnomalies(scored);
        Assert.Equal(_ml.AnomalyDetection.Evaluate(scored).AreaUnderRocCurve, metrics.AreaUnderRocCurve, 1e-6);
        Assert.Equal((270, 30), (metrics.NormalCount, metrics.AnomalyCount));
        Assert.Equal(scored.GetColumn<bool>("PredictedLabel").Count(label => label), metrics.DetectedCount + metrics.FalseAlarmCount);
    }

    [Fact]
    public void The_data_are_read_once_and_no_other_column()
    {
        var spy = new SpyView(_ml.Data.LoadFromEnumerable(Maps(RecordedMetrics.Case("pixels", "ties"))));
        _ml.Reconstruction.EvaluateAnomalies(new DetectorView(spy, Detector), "Label", "Truth");
        Assert.Equal((1, 1, 4), (spy.Opened, spy.Disposed, spy.Moves));
        Assert.Equal(["Label", "Map", "Marks", "Truth", "Value", "Verdict"], spy.Getters.Order());
    }

    [Fact]
    public void A_row_without_a_mask_has_no_marked_pixels()
    {
        var rows = Maps(RecordedMetrics.Case("pixels", "ties"));
        var expected = _ml.Reconstruction.EvaluateAnomalies(Output(rows), "Label", "Truth").Pixels;
        foreach (var row in rows.Where(row => !row.Truth.Contains(true)))
            row.TruthLoose = [];
        Assert.Equal(expected, _ml.Reconstruction.EvaluateAnomalies(Output(rows), "Label", "TruthLoose").Pixels);
        Assert.Equal(2, rows.Count(row => row.TruthLoose.Length == 0));
    }

    [Fact]
    public void Columns_that_cannot_be_compared_are_refused()
    {
        var rows = Maps(RecordedMetrics.Case("pixels", "ties"));
        void Refuses<T>(AnomalyEvaluationOptions options, params string[] promised)
            where T : Exception => Message.Says<T>(() => _ml.Reconstruction.EvaluateAnomalies(Output(rows), options), promised);

        Refuses<ArgumentOutOfRangeException>(new() { LabelColumnName = "Nope" }, "label column 'Nope'");
        Refuses<ArgumentOutOfRangeException>(new() { LabelColumnName = "Map" }, "label column 'Map'", "Boolean, Single, Key<UInt32> or String");
        Refuses<ArgumentException>(new() { LabelColumnName = "Kind" }, "'Kind'", "NormalClasses");
        Refuses<ArgumentException>(new() { NormalClasses = ["0"] }, "'Label'", "remove the option NormalClasses");
        Refuses<ArgumentOutOfRangeException>(new() { ClassColumnName = "Map" }, "class column 'Map'", "String");
        Refuses<ArgumentOutOfRangeException>(new() { ScoreColumnName = "Kind" }, "score column 'Kind'", "Single");
        Refuses<ArgumentOutOfRangeException>(new() { PredictedLabelColumnName = "Value" }, "predicted label column 'Value'", "Boolean");
        Refuses<ArgumentOutOfRangeException>(new() { MaskColumnName = "Nope" }, "mask column 'Nope'");
        Refuses<ArgumentOutOfRangeException>(new() { MaskColumnName = "Kind" }, "mask column 'Kind'", "Vector<Boolean>", "Vector<Single>", "Vector<Byte>");
        Refuses<ArgumentOutOfRangeException>(new() { MaskColumnName = "Truth", ErrorMapColumnName = "Value" }, "error map column 'Value'", "Vector<Single>");
        Refuses<ArgumentOutOfRangeException>(new() { MaskColumnName = "Truth", PredictedMaskColumnName = "Map" }, "predicted mask column 'Map'", "Vector<Boolean>");
        Refuses<InvalidOperationException>(new() { MaskColumnName = "Truth", Shape = new(1, 5, 5) }, "Row 0", "99 values in column 'Map'", "25 pixels");

        rows[2].TruthLoose = new bool[7];
        Refuses<InvalidOperationException>(new() { MaskColumnName = "TruthLoose" }, "Row 2", "7 values in column 'TruthLoose'", "99 pixels");
        rows[1].Label = float.NaN;
        Refuses<InvalidOperationException>(new(), "Row 1", "label column 'Label'");
        foreach (var row in rows)
            (row.Label, row.Truth) = (row.IsOdd ? 1 : 0, new bool[Height * Width]);
        Refuses<InvalidOperationException>(new() { MaskColumnName = "Truth" }, "column 'Truth'", "no pixel");
        Refuses<InvalidOperationException>(new() { LabelColumnName = "Kind", NormalClasses = ["none"] }, "'none', but no row has this class", "NormalClasses");
        rows = [.. rows.Where(row => row.IsOdd)];
        Refuses<InvalidOperationException>(new(), "0 normal rows and 2 anomalies");
        rows = [];
        Refuses<InvalidOperationException>(new(), "no rows");
    }

    [Fact]
    public void Data_without_a_detector_need_names()
    {
        var data = _ml.Data.LoadFromEnumerable(Maps(RecordedMetrics.Case("pixels", "ties")));
        Message.Says<ArgumentOutOfRangeException>(() => _ml.Reconstruction.EvaluateAnomalies(data), "score", "ScoreColumnName");
        Message.Says<ArgumentOutOfRangeException>(
            () => _ml.Reconstruction.EvaluateAnomalies(data, new() { ScoreColumnName = "Value", MaskColumnName = "Truth" }), "error map", "ErrorMapColumnName");
        Assert.Throws<ArgumentNullException>(() => _ml.Reconstruction.EvaluateAnomalies(null!));
        Assert.Throws<ArgumentNullException>(() => _ml.Reconstruction.EvaluateAnomalies(data, options: null!));
    }

    private static void AssertRecorded(System.Text.Json.JsonElement recorded, AnomalyMetrics metrics)
    {
        Assert.Equal(recorded.Number("auroc"), metrics.AreaUnderRocCurve, 1e-9);
        Assert.Equal(recorded.Number("average_precision"), metrics.AveragePrecision, 1e-9);
        Assert.Equal(recorded.Number("f1"), metrics.F1Score, 1e-9);
        Assert.Equal(recorded.Number("best_f1"), metrics.BestF1Score, 1e-9);
        Assert.Equal(recorded.Number("recall"), metrics.Recall, 1e-9);
        Assert.Equal(recorded.Number("false_alarm_rate"), metrics.FalseAlarmRate, 1e-9);
        var labels = recorded.Flags("labels");
        Assert.Equal((labels.Count(label => !label), labels.Count(label => label)), (metrics.NormalCount, metrics.AnomalyCount));
    }

    private DetectorView Output(Row[] rows) => new(_ml.Data.LoadFromEnumerable(rows), Detector);

    private static Row[] Rows(System.Text.Json.JsonElement recorded)
    {
        var (scores, labels, predicted) = (recorded.Singles("scores"), recorded.Flags("labels"), recorded.Flags("predicted"));
        var classes = recorded.TryGetProperty("classes", out _) ? recorded.Integers("classes") : new int[scores.Length];
        return [.. scores.Select((score, i) => new Row { Value = score, Other = -score, IsOdd = labels[i], Verdict = predicted[i], Kind = $"{classes[i]}" })];
    }

    private static Row[] Maps(System.Text.Json.JsonElement recorded)
    {
        var size = Height * Width;
        var (maps, masks, predicted) = (recorded.Singles("maps"), recorded.Flags("masks"), recorded.Flags("predicted"));
        return [.. Enumerable.Range(0, maps.Length / size).Select(i =>
        {
            var (map, mask) = (maps[(i * size)..((i + 1) * size)], masks[(i * size)..((i + 1) * size)]);
            return new Row
            {
                IsOdd = mask.Contains(true),
                Label = mask.Contains(true) ? 1 : 0,
                Value = map.Max(),
                Kind = $"{i}",
                Map = map,
                Truth = mask,
                TruthBytes = Array.ConvertAll(mask, value => (byte)(value ? 255 : 0)),
                TruthSingles = Array.ConvertAll(mask, value => value ? 0.75f : 0.5f),
                // Marked in at least one channel.
                TruthOfChannels = [.. mask.Select((value, slot) => value && slot % 2 == 0), .. mask.Select((value, slot) => value && slot % 2 == 1)],
                Marks = predicted[(i * size)..((i + 1) * size)],
                MapLoose = [.. map.Select(value => 2 * value), .. new float[size]],
                TruthLoose = mask,
            };
        })];
    }

    private sealed class Labeled
    {
        [VectorType(Images.Size)]
        public float[] Pixels { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Row
    {
        public float Label { get; set; }

        public bool IsOdd { get; set; }

        public string Kind { get; set; } = "";

        public float Value { get; set; }

        public float Other { get; set; }

        public float Probability { get; set; }

        public bool Verdict { get; set; }

        [VectorType(Height, Width)]
        public float[] Map { get; set; } = new float[Height * Width];

        [VectorType(Height, Width)]
        public bool[] Marks { get; set; } = new bool[Height * Width];

        [VectorType(Height, Width)]
        public bool[] Truth { get; set; } = new bool[Height * Width];

        [VectorType(Height * Width)]
        public byte[] TruthBytes { get; set; } = new byte[Height * Width];

        [VectorType(Height, Width)]
        public float[] TruthSingles { get; set; } = new float[Height * Width];

        [VectorType(2, Height, Width)]
        public bool[] TruthOfChannels { get; set; } = new bool[2 * Height * Width];

        public float[] MapLoose { get; set; } = [];

        public bool[] TruthLoose { get; set; } = [];
    }
}
