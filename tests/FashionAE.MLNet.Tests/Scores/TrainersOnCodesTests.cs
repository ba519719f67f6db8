using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Scores;

/// <summary>ML.NET's own trainers and evaluators on the outputs of an autoencoder.</summary>
public abstract class TrainersOnCodesTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Train => _ml.Data.LoadFromEnumerable(Images.Halves(120));

    private IDataView Test => _ml.Data.LoadFromEnumerable(Images.Halves(60, seed: 2));

    [Fact]
    public void A_classifier_of_codes_separates_classes()
    {
        using var model = Encoder("Features").Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(Train);
        var metrics = _ml.MulticlassClassification.Evaluate(model.Transform(Test));
        Assert.InRange(metrics.MicroAccuracy, 0.9, 1);
        Assert.InRange(metrics.LogLoss, 0, 0.5);
        using var engine = _ml.Model.CreatePredictionEngine<HalfRow, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        AssertClose(model.Transform(Test).GetColumn<float[]>("Score"), Images.Halves(60, seed: 2).Select(r => engine.Predict(r).Score));
    }

    [Fact]
    public void A_pipeline_that_encodes_and_classifies_is_cross_validated()
    {
        var pipeline = Encoder("Features").Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        var folds = _ml.MulticlassClassification.CrossValidate(Train, pipeline, numberOfFolds: 3);
        try
        {
            Assert.Equal([0, 1, 2], folds.Select(f => f.Fold));
            Assert.Equal(120, folds.Sum(f => f.ScoredHoldOutSet.GetColumn<uint>("Label").Count()));
            Assert.All(folds, f => Assert.InRange(f.Metrics.MicroAccuracy, 0.9, 1));
        }
        finally
        {
            foreach (var fold in folds)
                ((IDisposable)fold.Model).Dispose();
        }
    }

    [Fact]
    public void The_importance_of_each_latent_value_is_found_by_its_name()
    {
        var pipeline = Encoder("Code").Append(_ml.Transforms.Concatenate("Features", "Code", "Zero"))
            .Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        var constant = _ml.Transforms.CustomMapping<Empty, WithZero>((_, row) => row.Zero = 0, contractName: null);
        var train = constant.Fit(Train).Transform(Train);
        using var model = pipeline.Fit(train);
        var importance = _ml.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(train), permutationCount: 3);
        Assert.Equal(["Code.Latent1", "Code.Latent2", "Zero"], importance.Keys.Order(StringComparer.Ordinal));
        // A constant cannot matter. Without the latent values, nothing separates the classes.
        Assert.Equal(0, importance["Zero"].MicroAccuracy.Mean);
        Assert.InRange(importance["Code.Latent1"].MicroAccuracy.Mean + importance["Code.Latent2"].MicroAccuracy.Mean, -2, -0.2);
    }

    [Fact]
    public void Codes_alone_are_features_whose_importance_is_found_by_name()
    {
        using var encoder = Encoder("Features").Fit(Train);
        var codes = encoder.Transform(Train);
        var trainer = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(codes);
        // The overload for any transformer uses the slot names of the column as feature names.
        ITransformer model = trainer;
        Assert.Equal(
            ["Latent1", "Latent2"], _ml.MulticlassClassification.PermutationFeatureImportance(model, trainer.Transform(codes)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Codes_are_clustered_by_class()
    {
        using var model = Encoder("Features").Append(_ml.Clustering.Trainers.KMeans(numberOfClusters: 2)).Fit(Train);
        var metrics = _ml.Clustering.Evaluate(model.Transform(Test), labelColumnName: "Label", scoreColumnName: "Score", featureColumnName: "Features");
        Assert.InRange(metrics.NormalizedMutualInformation, 0.5, 1 + 1e-9);
        Assert.InRange(metrics.AverageDistance, 0, 1000);
        Assert.InRange(metrics.DaviesBouldinIndex, 0, 2);
    }

    [Fact]
    public void Augmented_training_leaves_the_rows_to_be_classified_as_they_are()
    {
        var pipeline = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.RotateImages("Pixels", copies: 2, degrees: 15, seed: 1), TransformerScope.Training)
            .Append(_ml.Transforms.EncodeWithAutoencoder("Features", "Pixels", Options()))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        using var model = pipeline.Fit(Train);
        var scored = model.Transform(Test);
        Assert.Equal(60, scored.GetColumn<uint>("Label").Count());
        Assert.InRange(_ml.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.9, 1);
        using var engine = _ml.Model.CreatePredictionEngine<HalfRow, Prediction>(
            model.GetModelFor(TransformerScope.Scoring), new PredictionEngineOptions { OwnsTransformer = false });
        AssertClose(scored.GetColumn<float[]>("Score"), Images.Halves(60, seed: 2).Select(r => engine.Predict(r).Score));
    }

    [Fact]
    public void A_denoising_pipeline_is_trained_on_noise_and_judged_against_the_clean_images()
    {
        var options = Models.Options(epochs: 15);
        options.TargetColumnName = "Pixels";
        var pipeline = _ml.Transforms.AddGaussianNoise("Noisy", "Pixels", 0.3, seed: 1)
            .Append(_ml.Transforms.ReconstructWithAutoencoder("Clean", "Noisy", options));
        using var model = pipeline.Fit(Train);
        var scored = model.Transform(Test);
        var (before, after) = (_ml.Reconstruction.Evaluate(scored, "Pixels", "Noisy"), _ml.Reconstruction.Evaluate(scored, "Pixels", "Clean", "Label"));
        Assert.True(after.MeanSquaredError < 0.8 * before.MeanSquaredError, $"{before}\n{after}");
        Assert.Equal(["0", "1"], after.PerClass.Keys);
    }

    private static void AssertClose(IEnumerable<float[]> expected, IEnumerable<float[]> actual) =>
        Assert.All(expected.Zip(actual.Select(v => v.ToArray())), p => Assert.All(p.First.Zip(p.Second), v => Assert.Equal(v.First, v.Second, 1e-5)));

    private static AutoencoderEstimator.Options Options() => Models.Options(epochs: 2);

    private AutoencoderEstimator Encoder(string output) => _ml.Transforms.EncodeWithAutoencoder(output, "Pixels", Options());

    private sealed class Empty
    {
    }

    private sealed class WithZero
    {
        public float Zero { get; set; }
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}

public sealed class TrainersOnCodesTestsByLibTorch : TrainersOnCodesTests, IClassFixture<ScoredByLibTorch>;

public sealed class TrainersOnCodesTestsByOnnxRuntime : TrainersOnCodesTests, IClassFixture<ScoredByOnnxRuntime>;
