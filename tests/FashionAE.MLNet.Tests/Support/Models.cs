using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Small autoencoders for the small images.</summary>
internal static class Models
{
    /// <summary>Gets or sets the engine that computes the outputs; <see cref="ScoredBy"/> sets it for a class of tests.</summary>
    public static ScoringEngine Engine { get; set; }

    public static DenseArchitecture Dense { get; } = new(Images.Shape, 2) { HiddenSizes = [32, 8], Dropout = [0.1] };

    public static AutoencoderEstimator.Options Options(AutoencoderArchitecture? architecture = null, int batchSize = 256, int epochs = 1) => new()
    {
        Architecture = architecture ?? Dense,
        Epochs = epochs,
        BatchSize = 16,
        ScoringBatchSize = batchSize,
        // Passes are counted only if libtorch computes them.
        ScoringEngine = architecture is CountingArchitecture ? ScoringEngine.LibTorch : Engine,
        Seed = 3,
    };

    /// <summary>The options of an anomaly detector.</summary>
    public static AutoencoderAnomalyTrainer.Options Detector(
        string column = "Pixels", int epochs = 1, double quantile = 0.95, AnomalyScore? score = null) => new()
        {
            FeatureColumnName = column,
            Architecture = Dense,
            Epochs = epochs,
            BatchSize = 16,
            ScoringEngine = Engine,
            Seed = 3,
            Score = score ?? AnomalyScore.Combined,
            Threshold = AnomalyThreshold.HeldOutQuantile(quantile),
        };

    /// <summary>Options that add all columns.</summary>
    public static AutoencoderEstimator.Options AllColumns(AutoencoderArchitecture? architecture = null, int batchSize = 256)
    {
        var options = Options(architecture, batchSize);
        options.InputColumnName = "Pixels";
        options.LatentColumnName = "Code";
        options.ReconstructionColumnName = "Clean";
        options.MseColumnName = "Mse";
        options.PsnrColumnName = "Psnr";
        options.SsimColumnName = "Ssim";
        options.ErrorMapColumnName = "ErrorMap";
        return options;
    }

    /// <summary>The options of a detector that adds all columns.</summary>
    public static AutoencoderAnomalyTrainer.Options WholeDetector(int epochs = 1, AnomalyScore? score = null)
    {
        var options = Detector(epochs: epochs, score: score);
        (options.ProbabilityColumnName, options.ErrorMapColumnName, options.MaskColumnName) = ("Probability", "Where", "Mask");
        return options;
    }

    /// <summary>Options that add all columns of a trained model.</summary>
    public static ApplyAutoencoderOptions Applied(int batchSize = 256) => new()
    {
        InputColumnName = "Pixels",
        LatentColumnName = "Code",
        ReconstructionColumnName = "Clean",
        MseColumnName = "Mse",
        PsnrColumnName = "Psnr",
        SsimColumnName = "Ssim",
        ErrorMapColumnName = "ErrorMap",
        ScoringBatchSize = batchSize,
        ScoringEngine = Engine,
    };

    public static AutoencoderTransformer Fit(MLContext ml, AutoencoderEstimator.Options options, int images = 40) =>
        ml.Transforms.Autoencode(options).Fit(Images.View(ml, images));
}
