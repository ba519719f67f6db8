using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Evaluation;

public class MulticlassEvaluationTests
{
    private readonly MulticlassClassificationCatalog _catalog = new MLContext(1).MulticlassClassification;

    [Theory]
    [InlineData("multiclass_evaluate", 0)]
    [InlineData("multiclass_evaluate_top2", 2)]
    public void The_metrics_are_those_of_the_package(string recorded, int topCount)
    {
        var metrics = _catalog.Evaluate(Recorded.ScoredRows(), topKPredictionCount: topCount);
        Assert.Equal(Recorded.Number(recorded, "MicroAccuracy"), metrics.MicroAccuracy, 1e-9);
        Assert.Equal(Recorded.Number(recorded, "MacroAccuracy"), metrics.MacroAccuracy, 1e-9);
        Assert.Equal(Recorded.Number(recorded, "LogLoss"), metrics.LogLoss, 1e-9);
        Assert.Equal(Recorded.Number(recorded, "LogLossReduction"), metrics.LogLossReduction, 1e-9);
        Assert.Equal(Recorded.Number(recorded, "TopKAccuracy"), metrics.TopKAccuracy, 1e-9);
        Assert.Equal(topCount, metrics.TopKPredictionCount);
        Assert.All(Recorded.Numbers(recorded, "PerClassLogLoss").Zip(metrics.PerClassLogLoss), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void The_confusion_matrix_is_that_of_the_package()
    {
        const string recorded = "multiclass_evaluate";
        var matrix = _catalog.Evaluate(Recorded.ScoredRows()).ConfusionMatrix;
        Assert.Equal(Recorded.Matrix(recorded), matrix.Counts);
        Assert.Equal(3, matrix.NumberOfClasses);
        Assert.All(Recorded.Numbers(recorded, "PerClassPrecision").Zip(matrix.PerClassPrecision), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(Recorded.Numbers(recorded, "PerClassRecall").Zip(matrix.PerClassRecall), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(Recorded.Table(recorded), matrix.GetFormattedConfusionTable());
    }

    [Fact]
    public void Classes_have_the_names_of_the_slots()
    {
        var counts = Recorded.Matrix("lbfgs_evaluate");
        var rows = (from actual in Enumerable.Range(0, 3)
                    from predicted in Enumerable.Range(0, 3)
                    from row in Enumerable.Range(0, (int)counts[actual][predicted])
                    select (actual, predicted)).ToArray();
        var metrics = Evaluate(["alpha", "beta", "gamma"], rows);
        Assert.Equal(counts, metrics.ConfusionMatrix.Counts);
        Assert.Equal(Recorded.Number("lbfgs_evaluate", "MicroAccuracy"), metrics.MicroAccuracy, 1e-12);
        Assert.Equal(Recorded.Number("lbfgs_evaluate", "MacroAccuracy"), metrics.MacroAccuracy, 1e-12);
        Assert.Equal(Recorded.Table("lbfgs_evaluate"), metrics.ConfusionMatrix.GetFormattedConfusionTable());
    }

    [Fact]
    public void Names_too_long_for_a_column_are_numbered()
    {
        var matrix = Evaluate(["coat", "ankle boot", "bag"], [(0, 0), (1, 1), (1, 2), (2, 2)]).ConfusionMatrix;
        string[] expected =
        [
            "", "Confusion table",
            "              ||========================",
            "PREDICTED     ||     0 |     1 |     2 | Recall",
            "TRUTH         ||========================",
            "0.       coat ||     1 |     0 |     0 | 1.0000",
            "1. ankle boot ||     0 |     1 |     1 | 0.5000",
            "2.        bag ||     0 |     0 |     1 | 1.0000",
            "              ||========================",
            "Precision     ||1.0000 |1.0000 |0.5000 |", "",
        ];
        Assert.Equal(string.Join(Environment.NewLine, expected), matrix.GetFormattedConfusionTable());
    }

    [Fact]
    public void Two_classes_have_wider_columns()
    {
        var lines = Evaluate(["no", "yes"], [(0, 0), (1, 0)]).ConfusionMatrix.GetFormattedConfusionTable().Split(Environment.NewLine);
        Assert.Equal("          ||" + new string('=', 22), lines[2]);
        Assert.Equal("PREDICTED ||       no |      yes | Recall", lines[3]);
        Assert.Equal("      yes ||        1 |        0 | 0.0000", lines[6]);
        Assert.Equal("Precision ||   0.5000 |   0.0000 |", lines[8]);
    }

    [Fact]
    public void A_count_is_found_by_predicted_and_actual_class()
    {
        var matrix = Evaluate(["a", "b", "c"], [(0, 1), (0, 1), (2, 0)]).ConfusionMatrix;
        Assert.Equal(2, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 1, actualClassIndicatorIndex: 0));
        Assert.Equal(0, matrix.GetCountForClassPair(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.GetCountForClassPair(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.GetCountForClassPair(0, 3));
    }

    [Fact]
    public void Rows_without_a_class_or_with_bad_scores_do_not_count()
    {
        float[] labels = [0, 1, float.NaN, -1, 0.5f, 1];
        var data = new Table(6).AddFloat("Label", row => labels[row]).AddFloat("PredictedLabel", _ => 0)
            .AddVector("Score", 2, row => row == 5 ? [float.NaN, 1] : [0.75f, 0.25f]);
        var metrics = _catalog.Evaluate(data);
        Assert.Equal(0.5, metrics.MicroAccuracy);
        Assert.Equal([[1, 0], [1, 0]], metrics.ConfusionMatrix.Counts);
        Assert.Equal(-(Math.Log(0.75) + Math.Log(0.25)) / 2, metrics.LogLoss, 1e-12);
    }

    [Fact]
    public void A_class_without_a_score_is_wrong_and_its_loss_the_greatest()
    {
        var data = new Table(2).AddFloat("Label", row => 2 * row).AddFloat("PredictedLabel", _ => 0).AddVector("Score", 2, _ => [1, 0]);
        var metrics = _catalog.Evaluate(data, topKPredictionCount: 2);
        Assert.Equal(0.5, metrics.MicroAccuracy);
        Assert.Equal(1, metrics.MacroAccuracy);
        Assert.Equal(0.5, metrics.TopKAccuracy);
        Assert.Equal(-Math.Log(1e-15f) / 2, metrics.LogLoss, 1e-9);
        Assert.Equal([0, 0], metrics.PerClassLogLoss);
    }

    [Fact]
    public void The_first_of_equal_scores_wins()
    {
        var data = new Table(3).AddFloat("Label", row => row).AddFloat("PredictedLabel", _ => 0).AddVector("Score", 3, _ => [0.2f, 0.4f, 0.4f]);
        var metrics = _catalog.Evaluate(data, topKPredictionCount: 2);
        Assert.Equal([[0, 1, 0], [0, 1, 0], [0, 1, 0]], metrics.ConfusionMatrix.Counts);
        Assert.Equal(2 / 3.0, metrics.TopKAccuracy, 1e-12);
    }

    [Fact]
    public void Scores_that_are_the_shares_of_the_classes_reduce_no_loss()
    {
        var data = new Table(4).AddFloat("Label", row => row == 0 ? 0 : 1).AddFloat("PredictedLabel", _ => 0).AddVector("Score", 2, _ => [0.25f, 0.75f]);
        Assert.Equal(0, _catalog.Evaluate(data).LogLossReduction, 1e-12);
    }

    [Theory]
    [InlineData("Nope", "Score", "PredictedLabel", "Nope column 'Label' not found")]
    [InlineData("Label", "Nope", "PredictedLabel", "Nope column 'Score' not found")]
    [InlineData("Label", "Score", "Nope", "Nope column 'PredictedLabel' not found")]
    [InlineData("Features", "Score", "PredictedLabel", "Schema mismatch for label column 'Features': expected Single or KeyType, got Vector<Single, 2>")]
    [InlineData("Label", "Label", "PredictedLabel", "Schema mismatch for score column 'Label': expected vector of two or more items of type Single, got Key<UInt32, 0-2>")]
    public void Columns_are_checked(string label, string score, string predictedLabel, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _catalog.Evaluate(Recorded.ScoredRows(), label, score, predictedLabel));
        Assert.Equal(message + " (Parameter 'schema')", error.Message);
    }

    private MulticlassClassificationMetrics Evaluate(string[] names, (int Actual, int Predicted)[] rows)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Length), (ref VBuffer<ReadOnlyMemory<char>> value) =>
            value = new VBuffer<ReadOnlyMemory<char>>(names.Length, names.Select(name => name.AsMemory()).ToArray()));
        var data = new Table(rows.Length).AddKeys("Label", names.Length, row => (uint)rows[row].Actual + 1).AddFloat("PredictedLabel", _ => 0)
            .AddVector("Score", names.Length, row => names.Select((_, i) => i == rows[row].Predicted ? 1f : 0).ToArray(), annotations.ToAnnotations());
        return _catalog.Evaluate(data);
    }
}
