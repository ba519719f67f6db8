namespace FashionAE.Cli;

/// <summary>
/// A convolutional autoencoder of four classes. Trained on upright images it decodes rotated ones into wrong classes; trained on
/// rotated copies too, the target always the upright original, it decodes them right.
/// </summary>
internal sealed class RotationStudy() : Study(
    "rotation", "a convolutional autoencoder of Trouser, Dress, Sandal and Bag, on upright or rotated images",
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
