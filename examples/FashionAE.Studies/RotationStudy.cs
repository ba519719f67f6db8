using FashionAE.Studies.Runs;
using FashionAE.Torch;

namespace FashionAE.Studies;

/// <summary>
/// A convolutional autoencoder of four classes. Trained on upright images it decodes rotated ones into wrong classes; trained on
/// rotated copies too, the target always the upright original, it decodes them right.
/// </summary>
public sealed class RotationStudy : Study
{
    public const string Upright = "upright";
    public const string Rotated = "rotated";

    public override string Name => "rotation";

    public override string Description => "a convolutional autoencoder of Trouser, Dress, Sandal and Bag, on upright or rotated images";

    public override AutoencoderArchitecture Architecture { get; } = new ConvolutionalArchitecture(FashionMnist.Shape);

    public override IReadOnlyList<string>? Classes { get; } = ["Trouser", "Dress", "Sandal", "Bag"];

    public override bool JudgesClasses => true;

    public override RunOptions Defaults(bool quick, string? inputs, string recipe = StudyRecipe)
    {
        var isTuned = recipe == TunedRecipe;
        inputs ??= Rotated;
        return new RunOptions
        {
            Study = Name,
            Recipe = recipe,
            Inputs = inputs,
            Epochs = !quick ? 51 : inputs == Upright ? 6 : 2,
            BatchSize = isTuned ? 32 : 128,
            LearningRate = isTuned ? 3e-3 : 1e-3,
            Copies = inputs == Upright ? 0 : 5,
            Degrees = 180,
        };
    }

    protected override TrainingOptions AsStudied(RunOptions options) => new()
    {
        Epochs = options.Epochs,
        BatchSize = options.BatchSize,
        LearningRate = options.LearningRate,
        Augmentation = options.Inputs == Rotated ? new RandomRotation(options.Degrees!.Value) : null,
        AugmentedCopies = options.Copies ?? 0,
        Seed = options.Seed,
    };

    protected override TrainingOptions Tuned(RunOptions options) => AsStudied(options) with
    {
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 0.05,
        Schedule = new OneCycleSchedule(),
        AveragingDecay = 0.999,
        SimilarityWeight = 0.005,
    };

    public override IReadOnlyList<(string Name, IAugmentation? Input)> Conditions(RunOptions options) =>
        [(Upright, null), (Rotated, new RandomRotation(options.Degrees!.Value))];
}
