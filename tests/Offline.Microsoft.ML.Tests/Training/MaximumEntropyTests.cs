using Microsoft.ML.Trainers;
using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Training;

public class MaximumEntropyTests
{
    private static readonly MLContext ML = new(1);

    private static MulticlassClassificationCatalog.MulticlassClassificationTrainers Trainers => ML.MulticlassClassification.Trainers;

    [Fact]
    public void Schema_is_that_of_the_genuine() => Assert.Equal(Golden.Schema("lbfgs_schema"), Golden.InTheSameWords(Scored().Schema));

    [Fact]
    public void Scores_are_those_of_the_genuine()
    {
        var scores = Scored().Vectors("Score");
        foreach (var (expected, actual) in Golden.Vectors("lbfgs_scores_first10").Zip(scores))
            for (var i = 0; i < 3; i++)
                Assert.Equal(expected[i], actual[i], 1e-3);
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 1e-5));
    }

    [Fact]
    public void Predictions_are_those_of_the_genuine()
    {
        var view = Scored();
        Assert.Equal(Recorded.Texts("lbfgs_predicted_first10"), view.Texts("PredictedText").Take(10));
        var confusion = new int[3][].Select(_ => new int[3]).ToArray();
        foreach (var (actual, predicted) in view.Column<uint>("Label").Zip(view.Column<uint>("PredictedLabel")))
            confusion[actual - 1][predicted - 1]++;
        Assert.Equal(Recorded.Confusion("lbfgs_evaluate"), confusion);
    }

    [Fact]
    public void Loss_is_that_of_the_genuine()
    {
        var view = Scored();
        var loss = view.Vectors("Score").Zip(view.Column<uint>("Label"), (scores, label) => -Math.Log(scores[label - 1])).Average();
        Assert.Equal(Recorded.Number("lbfgs_evaluate", "LogLoss"), loss, 1e-4);
    }

    [Fact]
    public void With_the_default_penalties_it_agrees_with_the_example_in_the_documentation_of_the_package()
    {
        // Its data: 20 features about a fifth of the label, 1000 rows of seed 0 to train on and 500 of seed 123 to test with.
        static Table Make(int count, int seed)
        {
            var random = new Random(seed);
            var rows = Enumerable.Range(0, count).Select(_ =>
            {
                var label = random.Next(1, 4);
                return (label, Enumerable.Range(0, 20).Select(_ => (float)(random.NextDouble() - 0.5) + label * 0.2f).ToArray());
            }).ToArray();
            return new Table(count).Add("Label", NumberDataViewType.UInt32, row => (uint)rows[row].label).AddVector("Features", 20, row => rows[row].Item2);
        }

        var test = Make(500, 123);
        var view = ML.Transforms.Conversion.MapValueToKey("Label").Append(Trainers.LbfgsMaximumEntropy()).Fit(Make(1000, 0)).Transform(test);
        var (labels, predicted, scores) = (view.Column<uint>("Label"), view.Column<uint>("PredictedLabel"), view.Vectors("Score"));
        var confusion = Enumerable.Range(0, 9).Select(cell => labels.Where((label, row) => label == cell / 3 + 1 && predicted[row] == cell % 3 + 1).Count());
        Assert.Equal([148, 0, 12, 0, 165, 12, 11, 7, 145], confusion);
        Assert.Equal(0.24, labels.Select((label, row) => -Math.Log(scores[row][label - 1])).Average(), 0.005);
    }

    [Fact]
    public void Annotations_name_the_classes_and_the_columns()
    {
        var schema = Scored().Schema;
        Assert.Equal("MulticlassClassification", schema.Annotation("Score", "ScoreColumnKind"));
        Assert.Equal("Score", schema.Annotation("Score", "ScoreValueKind"));
        Assert.Equal("PredictedLabel", schema.Annotation("PredictedLabel", "ScoreValueKind"));
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        Assert.Equal(["alpha", "beta", "gamma"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Predictions_of_two_models_are_sets_of_their_own()
    {
        var labelled = Labelled();
        var first = Trainers.LbfgsMaximumEntropy().Fit(labelled).Transform(labelled);
        var second = Trainers.LbfgsMaximumEntropy().Fit(first).Transform(first);
        var (one, two) = (0u, 0u);
        first.Schema["Score"].Annotations.GetValue("ScoreColumnSetId", ref one);
        second.Schema["Score"].Annotations.GetValue("ScoreColumnSetId", ref two);
        Assert.Equal(one + 1, two);
    }

    [Fact]
    public void Parameters_are_a_minimum_of_the_penalized_loss()
    {
        // The biases are free: their slopes are 0, that is, each class has as much probability as rows.
        var labelled = Labelled();
        var model = Trainers.LbfgsMaximumEntropy(l1Regularization: 0.1f, l2Regularization: 0.1f, optimizationTolerance: 1e-12f).Fit(labelled);
        var scores = model.Transform(labelled).Vectors("Score");
        for (var i = 0; i < 3; i++)
            Assert.Equal(100, scores.Sum(row => row[i]), 0.05);

        // A weight that is not 0 has a slope that is the penalty's.
        VBuffer<float>[] weights = null;
        model.Model.GetWeights(ref weights, out var classes);
        Assert.Equal(3, classes);
        var (features, labels) = (labelled.Vectors("Features"), labelled.Column<uint>("Label"));
        for (var i = 0; i < classes; i++)
            for (var j = 0; j < 2; j++)
            {
                var weight = weights[i].GetItemOrDefault(j);
                var slope = features.Select((row, n) => row[j] * (scores[n][i] - (labels[n] == i + 1 ? 1 : 0))).Sum() + 0.1 * weight;
                if (weight == 0)
                    Assert.InRange(slope, -0.11, 0.11);
                else
                    Assert.Equal(-0.1 * Math.Sign(weight), slope, 0.02);
            }
    }

    [Fact]
    public void A_strong_penalty_leaves_only_biases()
    {
        var labelled = Labelled();
        var model = Trainers.LbfgsMaximumEntropy(l1Regularization: 1e5f).Fit(labelled);
        VBuffer<float>[] weights = null;
        model.Model.GetWeights(ref weights, out _);
        Assert.All(weights, row => Assert.All(row.DenseValues(), weight => Assert.Equal(0, weight)));
        Assert.All(model.Transform(labelled).Vectors("Score")[0], score => Assert.Equal(1 / 3.0, score, 1e-3));
    }

    [Fact]
    public void Weights_are_not_negative_where_that_is_enforced()
    {
        var labelled = Labelled();
        var model = Trainers.LbfgsMaximumEntropy(enforceNonNegativity: true).Fit(labelled);
        VBuffer<float>[] weights = null;
        model.Model.GetWeights(ref weights, out _);
        Assert.All(weights, row => Assert.All(row.DenseValues(), weight => Assert.True(weight >= 0)));
        Assert.Contains(weights, row => row.DenseValues().Any(weight => weight > 0));
    }

    [Fact]
    public void A_weight_of_two_is_a_row_that_is_there_twice()
    {
        var rows = Golden.Data().Vectors("Features");
        var labels = Labelled().Column<uint>("Label");
        Table Make(int count, Func<int, int> row) => new Table(count).AddVector("Features", 2, i => rows[row(i)])
            .Add("Label", new KeyDataViewType(typeof(uint), 3), i => labels[row(i)]).AddFloat("W", i => row(i) % 2 + 1);
        var (once, twice) = (Make(300, i => i), Make(450, i => i < 300 ? i : 2 * (i - 300) + 1));
        // The share of the penalty depends on the number of rows, so there is none.
        var weighted = Trainers.LbfgsMaximumEntropy(exampleWeightColumnName: "W", l1Regularization: 0, optimizationTolerance: 1e-10f).Fit(once);
        var repeated = Trainers.LbfgsMaximumEntropy(l1Regularization: 0, optimizationTolerance: 1e-10f).Fit(twice);
        foreach (var (expected, actual) in repeated.Transform(once).Vectors("Score").Zip(weighted.Transform(once).Vectors("Score")))
            for (var i = 0; i < 3; i++)
                Assert.Equal(expected[i], actual[i], 1e-4);
    }

    [Fact]
    public void Rows_without_a_label_or_with_no_numbers_are_passed_over()
    {
        var rows = Golden.Data().Vectors("Features");
        var labels = Labelled().Column<uint>("Label");
        Table Make(int count) => new Table(count).AddVector("Features", 2, i => i < 300 ? rows[i] : [i == 300 ? float.NaN : 1e6f, 0])
            .Add("Label", new KeyDataViewType(typeof(uint), 3), i => i < 300 ? labels[i] : (uint)(i == 300 ? 1 : 0));
        var (clean, soiled) = (Make(300), Make(302));
        Recorded.AssertSame(Trainers.LbfgsMaximumEntropy().Fit(clean).Transform(clean), Trainers.LbfgsMaximumEntropy().Fit(soiled).Transform(clean));
    }

    [Fact]
    public void A_model_survives_saving_bit_for_bit()
    {
        var labelled = Labelled();
        var model = Trainers.LbfgsMaximumEntropy().Fit(labelled);
        var loaded = Recorded.SavedAndLoaded(model, labelled.Schema);
        Recorded.AssertSame(model.Transform(labelled), loaded.Transform(labelled));
        var inner = Assert.IsType<MulticlassPredictionTransformer<MaximumEntropyModelParameters>>(loaded);
        Assert.Equal(("Features", model.FeatureColumnType), (inner.FeatureColumnName, inner.FeatureColumnType));
        Assert.Equal(model.Model.GetBiases(), inner.Model.GetBiases());
    }

    [Fact]
    public void Predictions_need_no_label()
    {
        var model = Trainers.LbfgsMaximumEntropy().Fit(Labelled());
        var unlabelled = new Table(1).AddVector("Features", 2, _ => [5, 1.5f]);
        Assert.Equal([2u], model.Transform(unlabelled).Column<uint>("PredictedLabel"));
    }

    [Fact]
    public void What_is_no_number_has_no_prediction()
    {
        var model = Trainers.LbfgsMaximumEntropy().Fit(Labelled());
        Assert.Equal([0u], model.Transform(new Table(1).AddVector("Features", 2, _ => [float.NaN, 1])).Column<uint>("PredictedLabel"));
    }

    [Fact]
    public void Labels_that_are_no_keys_are_refused()
    {
        var data = new Table(3).AddVector("Features", 2, row => [row, row]).Add("Label", NumberDataViewType.UInt32, row => (uint)row);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Trainers.LbfgsMaximumEntropy().Fit(data));
        Assert.Equal("Schema mismatch for label column 'Label': expected Key<UInt32>, got UInt32 (Parameter 'labelCol')", error.Message);
        error = Assert.Throws<ArgumentOutOfRangeException>(() => Trainers.LbfgsMaximumEntropy("Nope").GetOutputSchema(SchemaShape.Create(data.Schema)));
        Assert.Equal("Could not find label column 'Nope' (Parameter 'inputSchema')", error.Message);
    }

    [Fact]
    public void No_rows_are_refused()
    {
        var data = new Table(0).AddVector("Features", 2, _ => [0, 0]).Add("Label", new KeyDataViewType(typeof(uint), 3), _ => 1u);
        Assert.Throws<InvalidOperationException>(() => Trainers.LbfgsMaximumEntropy().Fit(data));
    }

    private static IDataView Labelled() => ML.Transforms.Conversion.MapValueToKey("Label", "LabelText").Fit(Golden.Data()).Transform(Golden.Data());

    /// <summary>The figures were recorded without a penalty on magnitudes.</summary>
    private static IDataView Scored() => ML.Transforms.Conversion.MapValueToKey("Label", "LabelText").Append(Trainers.LbfgsMaximumEntropy(l1Regularization: 0))
        .Append(ML.Transforms.Conversion.MapKeyToValue("PredictedText", "PredictedLabel")).Fit(Golden.Data()).Transform(Golden.Data());
}
