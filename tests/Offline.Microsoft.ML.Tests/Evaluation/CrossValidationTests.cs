using Microsoft.ML.Transforms;
using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Evaluation;

public class CrossValidationTests
{
    private readonly MLContext _ml = new(1);
    private readonly FitCounter _estimator = new(new MLContext(1));
    private readonly Table _data = new Table(100)
        .AddFloat("Label", row => row % 2)
        .AddVector("Probabilities", 2, row => row % 2 == 0 || row < 20 ? [0.9f, 0.1f] : [0.2f, 0.8f]);

    [Fact]
    public void Every_row_is_held_out_once_and_trained_on_in_the_other_folds()
    {
        var folds = _ml.MulticlassClassification.CrossValidate(_data, _estimator, numberOfFolds: 4);
        Assert.Equal([0, 1, 2, 3], folds.Select(fold => fold.Fold));
        Assert.Equal(100, folds.Sum(fold => fold.ScoredHoldOutSet.Count()));
        Assert.Equal(folds.Select(fold => 100 - fold.ScoredHoldOutSet.Count()), _estimator.RowsOfFits);
    }

    [Fact]
    public void The_metrics_are_those_of_the_rows_held_out()
    {
        var folds = _ml.MulticlassClassification.CrossValidate(_data, _estimator);
        Assert.Equal(5, folds.Count);
        Assert.All(folds, fold => Assert.Equal(_ml.MulticlassClassification.Evaluate(fold.ScoredHoldOutSet).LogLoss, fold.Metrics.LogLoss));
        // Ten of the hundred rows are wrong.
        Assert.Equal(90, folds.Sum(fold => fold.Metrics.MicroAccuracy * fold.ScoredHoldOutSet.Count()), 1e-9);
    }

    [Fact]
    public void The_model_of_a_fold_is_the_one_fitted()
    {
        var fold = _ml.MulticlassClassification.CrossValidate(_data, _estimator)[0];
        Assert.Equal(["Label", "Probabilities", "Score", "PredictedLabel"], fold.Model.GetOutputSchema(_data.Schema).Select(column => column.Name));
        Assert.Equal(fold.ScoredHoldOutSet.Column<float>("Label"), fold.ScoredHoldOutSet.Column<float>("PredictedLabel"));
    }

    [Fact]
    public void A_seed_decides_on_the_folds()
    {
        float[][] HoldOut(int? seed, int contextSeed) => [.. new MLContext(contextSeed).MulticlassClassification
            .CrossValidate(_data, _estimator, seed: seed).Select(fold => fold.ScoredHoldOutSet.Column<float>("Label"))];
        Assert.Equal(HoldOut(7, 1), HoldOut(7, 2));
        Assert.Equal(HoldOut(null, 1), HoldOut(null, 1));
        Assert.NotEqual(HoldOut(7, 1), HoldOut(8, 1));
    }

    [Theory]
    [InlineData(TransformerScope.Training)]
    [InlineData(TransformerScope.TrainTest)]
    [InlineData(TransformerScope.Everything)]
    public void A_step_that_multiplies_rows_multiplies_those_held_out_in_every_scope(TransformerScope scope)
    {
        var pipeline = _ml.Transforms.CopyColumns("Copy", "Label").Append(new TestEstimator<Tripler>(new Tripler()), scope).Append(_estimator);
        var folds = _ml.MulticlassClassification.CrossValidate(_data, pipeline, numberOfFolds: 2);
        Assert.Equal(300, folds.Sum(fold => fold.ScoredHoldOutSet.Count()));
        Assert.Equal(300, folds.Sum(fold => fold.Metrics.ConfusionMatrix.Counts.Sum(row => row.Sum())));
        Assert.Equal(300, _estimator.RowsOfFits.Sum());
    }

    [Fact]
    public void Clusters_are_validated_too()
    {
        var folds = _ml.Clustering.CrossValidate(_data, _estimator, numberOfFolds: 3, labelColumnName: "Label", featuresColumnName: "Probabilities");
        Assert.Equal([0, 1, 2], folds.Select(fold => fold.Fold));
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.NormalizedMutualInformation, 0.1, 1));
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.AverageDistance, 0.1, 0.2));
        Assert.All(folds, fold => Assert.Equal(0, fold.Metrics.DaviesBouldinIndex, 1e-6));
    }

    [Fact]
    public void Arguments_are_checked()
    {
        var catalog = _ml.MulticlassClassification;
        Assert.Throws<ArgumentNullException>(() => catalog.CrossValidate(null, _estimator));
        Assert.Throws<ArgumentNullException>(() => catalog.CrossValidate(_data, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => catalog.CrossValidate(_data, _estimator, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => catalog.CrossValidate(_data, _estimator, labelColumnName: "Nope"));
    }

    /// <summary>Takes probabilities for scores, and counts the rows that it is fitted to.</summary>
    private sealed class FitCounter(MLContext ml) : IEstimator<ITransformer>
    {
        private readonly EstimatorChain<ColumnCopyingTransformer> _copying = ml.Transforms.CopyColumns("Score", "Probabilities")
            .Append(ml.Transforms.CopyColumns("PredictedLabel", "Label"));

        public List<int> RowsOfFits { get; } = [];

        public ITransformer Fit(IDataView input)
        {
            RowsOfFits.Add(input.Count());
            return _copying.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _copying.GetOutputSchema(inputSchema);
    }
}
