namespace FashionAE.Cli;

/// <summary>Trains a dense autoencoder on all ten classes to reconstruct the clean image from a noisy one.</summary>
internal sealed class DenoisingStudy() : Study(
    "denoising", "a dense autoencoder on all ten classes, from noisy images to clean ones", new DenseArchitecture(FashionMnist.Shape), null)
{
    private static readonly double[] NoiseLevels = [0.1, 0.25, 0.4, 0.6];

    public override bool JudgesClasses => false;

    public override RunOptions Defaults(bool quick, string? inputs, string recipe = StudyRecipe) => new()
    {
        Study = Name,
        Recipe = recipe,
        Epochs = quick ? 5 : 30,
        BatchSize = 128,
        LearningRate = 2e-3,
        Noise = 0.25,
    };

    public override IReadOnlyList<(string Name, IAugmentation? Input)> Conditions(RunOptions options) =>
        [("clean", null), .. NoiseLevels.Select(factor => ($"noise {factor}", (IAugmentation?)new GaussianNoise(factor)))];

    protected override TrainingOptions AsStudied(RunOptions options) => new()
    {
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 1e-4,
        Loss = ReconstructionLoss.MeanSquaredAndAbsoluteError,
        GradientClipNorm = 1,
        Schedule = new PlateauSchedule(Factor: 0.5, Patience: 2, Threshold: 1e-3),
        ValidationSetFraction = 1.0 / 12,
        EarlyStoppingPatience = options.Patience,
        Augmentation = new GaussianNoise(options.Noise!.Value),
    };

    // Averaged weights improve in every epoch. The last epoch is the best, so no images are held out to choose one.
    protected override TrainingOptions Tuned(TrainingOptions asStudied) => asStudied with
    {
        WeightDecay = 1e-2,
        Loss = ReconstructionLoss.MeanSquaredError,
        SimilarityWeight = 0.05,
        Schedule = new OneCycleSchedule(),
        AveragingDecay = 0.998,
        ValidationSetFraction = 0,
    };
}
