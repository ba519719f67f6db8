using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Evaluation;

public class AnomalyEvaluationTests
{
    private readonly AnomalyDetectionCatalog _catalog = new MLContext(1).AnomalyDetection;

    [Fact]
    public void The_metrics_are_those_of_the_package()
    {
        var metrics = _catalog.Evaluate(Recorded.AnomalyRows());
        Assert.Equal(Recorded.Number("anomaly_evaluate", "AreaUnderRocCurve"), metrics.AreaUnderRocCurve, 1e-9);
        Assert.Equal(Recorded.Number("anomaly_evaluate", "DetectionRateAtFalsePositiveCount"), metrics.DetectionRateAtFalsePositiveCount, 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public void The_detection_rate_is_that_of_the_package(int falsePositives)
    {
        var metrics = _catalog.Evaluate(Recorded.AnomalyRows(), falsePositiveCount: falsePositives);
        Assert.Equal(Recorded.Number($"anomaly_evaluate_fp{falsePositives}"), metrics.DetectionRateAtFalsePositiveCount, 1e-9);
    }

    [Theory]
    [InlineData("1100", 1)]
    [InlineData("0011", 0)]
    [InlineData("1010", 0.75)]
    [InlineData("0110", 0.5)]
    public void The_area_is_the_share_of_pairs_in_the_right_order(string labelsByScore, double area)
    {
        Assert.Equal(area, _catalog.Evaluate(Rows(labelsByScore, row => -row)).AreaUnderRocCurve, 1e-12);
    }

    [Fact]
    public void A_pair_of_equal_scores_is_half_right()
    {
        Assert.Equal(0.5, _catalog.Evaluate(Rows("1100", _ => 3)).AreaUnderRocCurve);
        // Of the pairs of the first anomaly with the two others one is a tie; of those of the second, the other.
        Assert.Equal((0.5 + 1 + 0 + 0.5) / 4, _catalog.Evaluate(Rows("1010", row => -(row / 2))).AreaUnderRocCurve);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.75)]
    [InlineData(3, 1)]
    public void Anomalies_are_counted_until_there_are_too_many_false_positives(int falsePositives, double rate)
    {
        Assert.Equal(rate, _catalog.Evaluate(Rows("1010101", row => -row), falsePositiveCount: falsePositives).DetectionRateAtFalsePositiveCount);
    }

    [Fact]
    public void Rows_without_a_label_or_a_finite_score_do_not_count()
    {
        float[] labels = [float.NaN, 1, 0, 0, 1];
        float[] scores = [9, 3, 2, float.NaN, float.PositiveInfinity];
        var data = new Table(5).AddFloat("Label", row => labels[row]).AddFloat("Score", row => scores[row]).AddFloat("PredictedLabel", _ => 0);
        var metrics = _catalog.Evaluate(data);
        Assert.Equal((1, 1), (metrics.AreaUnderRocCurve, metrics.DetectionRateAtFalsePositiveCount));
    }

    [Fact]
    public void The_second_of_two_keys_is_the_anomaly()
    {
        var data = new Table(2).AddKeys("Label", 2, row => (uint)row + 1).AddFloat("Score", row => row).AddFloat("PredictedLabel", _ => 0);
        Assert.Equal(1, _catalog.Evaluate(data).AreaUnderRocCurve);
    }

    [Theory]
    [InlineData("000", "AUC is not defined when there is no positive class in the data (Parameter 'PosSample')")]
    [InlineData("111", "AUC is not defined when there is no negative class in the data (Parameter 'NegSample')")]
    public void There_must_be_both_kinds_of_rows(string labels, string message)
    {
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => _catalog.Evaluate(Rows(labels, row => row))).Message);
    }

    [Theory]
    [InlineData("Nope", "Score", "PredictedLabel", "Nope column 'Label' not found")]
    [InlineData("Label", "Nope", "PredictedLabel", "Nope column 'Score' not found")]
    [InlineData("Label", "Score", "Nope", "Nope column 'PredictedLabel' not found")]
    [InlineData("PredictedLabel", "Score", "PredictedLabel", "Schema mismatch for label column 'PredictedLabel': expected Single or a KeyType with cardinality 2, got Boolean")]
    [InlineData("Label", "PredictedLabel", "PredictedLabel", "Schema mismatch for score column 'PredictedLabel': expected Single, got Boolean")]
    public void Columns_are_checked(string label, string score, string predictedLabel, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _catalog.Evaluate(Recorded.AnomalyRows(), label, score, predictedLabel));
        Assert.Equal(message + " (Parameter 'schema')", error.Message);
    }

    private static Table Rows(string labels, Func<int, float> score) => new Table(labels.Length)
        .AddFloat("Label", row => labels[row] - '0').AddFloat("Score", score).Add("PredictedLabel", BooleanDataViewType.Instance, _ => false);
}
