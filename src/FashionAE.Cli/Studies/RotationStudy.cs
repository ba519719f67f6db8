namespace FashionAE.Cli;

/// <summary>
/// Trains a convolutional autoencoder on four classes. A model trained on upright images decodes rotated images into wrong classes. A model
/// trained on rotated copies too, always with the upright original as the target, decodes them into the right classes.
/// </summary>
internal sealed class RotationStudy() : Study(
    "rotation", "a convolutional autoencoder on Trouser, Dress, Sandal and Bag, upright or rotated",
    new ConvolutionalArchitecture(FashionMnist.Shape), ["Trouser", "Dress", "Sandal", "Bag"])
{
    public const string Upright = "upright";
    public const string Rotated = "rotated";

    public override bool JudgesClasses => true;

    public override RunOptions Defaults(bool quick, string? inputs, string recipe = StudyRecipe)
    {
        var (isTuned, isUpright) = (recipe == TunedRecipe, inputs == Upright);
        var quickEpochs = isUpright ? 6 : 2;
        return new RunOptions
        {
            Study = Name,
            Recipe = recipe,
            Inputs = inputs ?? Rotated,
            Epochs = quick ? quickEpochs : 51,
            BatchSize = isTuned ? 32 : 128,
            LearningRate = isTuned ? 3e-3 : 1e-3,
            Copies = isUpright ? 0 : 5,
            Degrees = 180,
        };
    }

    public override IReadOnlyList<(string Name, IAugmentation? Input)> Conditions(RunOptions options) =>
        [(Upright, null), (Rotated, new RandomRotation(options.Degrees!.Value))];

    protected override TrainingOptions AsStudied(RunOptions options) => new()
    {
        Augmentation = options.Inputs == Rotated ? new RandomRotation(options.Degrees!.Value) : null,
        AugmentedCopies = options.Copies ?? 0,
    };

    protected override TrainingOptions Tuned(TrainingOptions asStudied) => asStudied with
    {
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 0.05,
        Schedule = new OneCycleSchedule(),
        AveragingDecay = 0.999,
        SimilarityWeight = 0.005,
    };
}
