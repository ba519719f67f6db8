using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>How an autoencoder is trained. What takes options copies them: changing them afterwards has no effect on it.</summary>
public record TrainingOptions
{
    // No step learns better from more, and beyond them what a batch takes no longer fits in memory.
    internal const int LargestBatch = 1 << 20;
    internal const int MostCopies = 10_000;

    /// <summary>Gets or sets how many times training goes through all images, 1 or more; 10 unless set.</summary>
    public int Epochs { get; set; } = 10;

    /// <summary>Gets or sets how many examples one training step learns from, 1 to 1,048,576; 128 unless set.</summary>
    public int BatchSize { get; set; } = 128;

    /// <summary>Gets or sets the learning rate at the beginning, above 0; 0.001 unless set.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Gets or sets the rule by which weights follow their gradients; Adam unless set.</summary>
    public OptimizerKind Optimizer { get; set; }

    /// <summary>Gets or sets the weight decay, 0 or more; 0 unless set.</summary>
    public double WeightDecay { get; set; }

    /// <summary>Gets or sets the loss, the distance of a reconstruction from its target that training minimizes; the mean squared error unless set.</summary>
    public ReconstructionLoss Loss { get; set; }

    /// <summary>Gets or sets the norm, above 0, to which the gradients of a step are scaled down where theirs is larger; null for no limit.</summary>
    public double? GradientClipNorm { get; set; }

    /// <summary>Gets or sets the schedule that lowers the learning rate; null for a constant one.</summary>
    public PlateauSchedule? Schedule { get; set; }

    /// <summary>Gets or sets the share of the training images, within [0, 1), that is held out to choose the best epoch by where no validation images are given; 0 unless set.</summary>
    public double ValidationSetFraction { get; set; }

    /// <summary>Gets or sets after how many epochs without a lower loss training ends, 1 or more; null to train all epochs.</summary>
    public int? EarlyStoppingPatience { get; set; }

    /// <summary>
    /// Gets or sets the random change of an image before the model sees it, drawn anew every time; the target stays the original. Null for
    /// none.
    /// </summary>
    public IAugmentation? Augmentation { get; set; }

    /// <summary>
    /// Gets or sets how many changed copies stand beside every original in an epoch, 0 to 10,000. With 0 (and an augmentation) the model sees
    /// changed images only, one of each; with 5 it sees each original and five copies.
    /// </summary>
    public int AugmentedCopies { get; set; }

    /// <summary>
    /// Gets or sets the seed of all randomness in training: the order of examples, augmentation, dropout, the validation set; and, in a
    /// pipeline, the initial weights. The same seed gives the same weights on the same machine with the same number of threads. Null to draw
    /// one: from that of the <c>MLContext</c> in a pipeline, else at random; and to go on with that of the checkpoint.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>Gets or sets the device to train on; the CPU unless set. <see cref="ComputeDevice.Resolve"/> finds one by its name.</summary>
    public Device Device { get; set; } = ComputeDevice.Resolve("cpu");

    /// <summary>Gets or sets the file that keeps the state of the training after every epoch, whole or not at all; null to keep none.</summary>
    public string? CheckpointPath { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether training goes on from <see cref="CheckpointPath"/> where that file exists. The result is, bit
    /// for bit, that of a training that was never interrupted, on the same machine with the same number of threads.
    /// </summary>
    public bool Resume { get; set; }

    /// <summary>Gets the file to go on from; null to begin anew.</summary>
    internal string? CheckpointToResume => Resume && File.Exists(CheckpointPath) ? CheckpointPath : null;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal virtual void Validate()
    {
        Check(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Check(BatchSize is >= 1 and <= LargestBatch, nameof(BatchSize), BatchSize, $"1 to {LargestBatch}");
        Check(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, "one of those that there are");
        Check(Enum.IsDefined(Loss), nameof(Loss), Loss, "one of those that there are");
        Check(Device is not null, nameof(Device), Device, "a device");
        Check(CheckpointPath is null or { Length: > 0 }, nameof(CheckpointPath), CheckpointPath, "a path, or null");
        Check(!Resume || CheckpointPath is not null, nameof(Resume), Resume, "false where there is no CheckpointPath");
        Check(LearningRate is > 0 and <= float.MaxValue, nameof(LearningRate), LearningRate, "above 0 and finite in single precision");
        Check(WeightDecay is >= 0 and <= float.MaxValue, nameof(WeightDecay), WeightDecay, "0 or more and finite in single precision");
        Check(GradientClipNorm is null or > 0, nameof(GradientClipNorm), GradientClipNorm, "above 0, or null");
        Check(ValidationSetFraction is >= 0 and < 1, nameof(ValidationSetFraction), ValidationSetFraction, "within [0, 1)");
        Check(EarlyStoppingPatience is null or >= 1, nameof(EarlyStoppingPatience), EarlyStoppingPatience, "1 or more, or null");
        Check(AugmentedCopies is >= 0 and <= MostCopies, nameof(AugmentedCopies), AugmentedCopies, $"0 to {MostCopies}");
        Check(AugmentedCopies == 0 || Augmentation is not null, nameof(AugmentedCopies), AugmentedCopies, "0 where there is no augmentation");
        Check(Schedule is null or { Factor: > 0 and < 1, Patience: >= 0, Threshold: >= 0 and < 1 }, nameof(Schedule), Schedule, "of a factor within (0, 1), a patience of 0 or more and a threshold within [0, 1)");
    }

    private protected static void Check(bool condition, string name, object? value, string range)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
    }
}

/// <summary>The rules by which weights follow their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015); weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>AdamW (Loshchilov and Hutter 2019); weight decay is taken from the weights themselves.</summary>
    AdamW,
}

/// <summary>The distance of a reconstruction from its target that training minimizes.</summary>
public enum ReconstructionLoss
{
    /// <summary>The mean of the squared differences.</summary>
    MeanSquaredError,

    /// <summary>The mean of the squared differences plus the mean of the absolute ones.</summary>
    MeanSquaredAndAbsoluteError,
}

/// <summary>Lowers the learning rate when the loss stops falling, as PyTorch's ReduceLROnPlateau does.</summary>
/// <param name="Factor">The number that the learning rate is multiplied with, within (0, 1).</param>
/// <param name="Patience">How many epochs without improvement may pass before that, 0 or more.</param>
/// <param name="Threshold">The share by which a loss must be below the best one to count as an improvement.</param>
public sealed record PlateauSchedule(double Factor = 0.5, int Patience = 3, double Threshold = 1e-4);
