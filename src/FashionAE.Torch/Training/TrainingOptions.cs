using FashionAE.Torch.Augmentation;
using static TorchSharp.torch;

namespace FashionAE.Torch.Training;

/// <summary>How an autoencoder is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Gets how often every image is seen, 1 or more.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Gets how many examples one step learns from, 1 or more.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Gets the learning rate at the beginning, above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Gets how weights follow their gradients.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>Gets the weight decay, 0 or more.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Gets what is made small.</summary>
    public ReconstructionLoss Loss { get; init; }

    /// <summary>Gets the norm that the gradients of a step are scaled down to where it is larger; null not to.</summary>
    public double? GradientClipNorm { get; init; }

    /// <summary>Gets how the learning rate falls; null for a constant one.</summary>
    public PlateauSchedule? Schedule { get; init; }

    /// <summary>Gets the share of the training images, within [0, 1), that is held out for validation when no validation images are given.</summary>
    public double ValidationFraction { get; init; }

    /// <summary>Gets after how many epochs without a better loss training ends; null to go on.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>Gets what is done to an image before the model sees it, afresh every time; the target stays the original. Null for nothing.</summary>
    public IAugmentation? Augmentation { get; init; }

    /// <summary>
    /// Gets how many changed copies stand beside every original in an epoch. With 0 (and an augmentation) the model sees changed images
    /// only, one of each; with 5 it sees each original and five copies.
    /// </summary>
    public int AugmentedCopies { get; init; }

    /// <summary>Gets the seed of all randomness in training: order, augmentation, dropout, the validation split.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Gets the device to train on.</summary>
    public Device Device { get; init; } = ComputeDevice.Resolve("cpu");

    /// <summary>Gets the file that keeps the state after every epoch, whole or not at all; null to keep none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>
    /// Gets a value indicating whether training goes on from <see cref="CheckpointPath"/> where that exists. The result is, bit for bit,
    /// that of a training that was never interrupted, on the same machine with the same number of threads.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Check(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Check(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
        Check(LearningRate is > 0 and <= float.MaxValue, nameof(LearningRate), LearningRate, "above 0 and finite in single precision");
        Check(WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "0 or more");
        Check(GradientClipNorm is null or > 0, nameof(GradientClipNorm), GradientClipNorm, "above 0, or null");
        Check(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "within [0, 1)");
        Check(EarlyStoppingPatience is null or >= 1, nameof(EarlyStoppingPatience), EarlyStoppingPatience, "1 or more, or null");
        Check(AugmentedCopies >= 0, nameof(AugmentedCopies), AugmentedCopies, "0 or more");
        Check(AugmentedCopies == 0 || Augmentation is not null, nameof(AugmentedCopies), AugmentedCopies, "0 where there is no augmentation");
        Check(Schedule is null or { Factor: > 0 and < 1, Patience: >= 0 }, nameof(Schedule), Schedule, "of a factor within (0, 1) and a patience of 0 or more");
    }

    /// <summary>All that decides about the weights but the number of epochs, by name: a resumed training must have the same.</summary>
    internal Dictionary<string, string> Fingerprint() => new()
    {
        [nameof(BatchSize)] = $"{BatchSize}",
        [nameof(LearningRate)] = $"{LearningRate:R}",
        [nameof(Optimizer)] = $"{Optimizer}",
        [nameof(WeightDecay)] = $"{WeightDecay:R}",
        [nameof(Loss)] = $"{Loss}",
        [nameof(GradientClipNorm)] = $"{GradientClipNorm:R}",
        [nameof(Schedule)] = $"{Schedule}",
        [nameof(ValidationFraction)] = $"{ValidationFraction:R}",
        [nameof(Augmentation)] = $"{Augmentation}",
        [nameof(AugmentedCopies)] = $"{AugmentedCopies}",
        [nameof(Seed)] = $"{Seed}",
    };

    private static void Check(bool condition, string name, object? value, string range)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
    }
}
