using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>How an autoencoder is trained. What takes options copies them: changing them afterwards has no effect on it.</summary>
public record TrainingOptions
{
    // No step learns better from more, and beyond it what a batch takes no longer fits in memory.
    internal const int LargestBatch = 1 << 20;

    /// <summary>Gets or sets how many times training goes through all images, 1 or more; 10 unless set.</summary>
    public int Epochs { get; set; } = 10;

    /// <summary>Gets or sets how many examples one training step learns from, 1 to 1,048,576; 128 unless set.</summary>
    public int BatchSize { get; set; } = 128;

    /// <summary>Gets or sets the learning rate, above 0: where a schedule changes it, the highest one; 0.001 unless set.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Gets or sets the rule by which weights follow their gradients; Adam unless set.</summary>
    public OptimizerKind Optimizer { get; set; }

    /// <summary>Gets or sets the weight decay, 0 or more; 0 unless set.</summary>
    public double WeightDecay { get; set; }

    /// <summary>
    /// Gets or sets the loss that training minimizes: a property of <see cref="ReconstructionLoss"/>, a record with settings such as
    /// <see cref="HuberLoss"/>, or a record of your own; the mean squared error unless set. It is immutable, so a copy of the options has
    /// the same one.
    /// </summary>
    public ReconstructionLoss Loss { get; set; } = ReconstructionLoss.MeanSquaredError;

    /// <summary>
    /// Gets or sets the weight, 0 or more, of one minus the structural similarity (<see cref="ImageQuality"/>, at least 11x11 pixels) in
    /// the loss: the more, the more edges and textures count beside brightness (Zhao, Gallo, Frosio and Kautz 2017); 0 unless set.
    /// </summary>
    public double SimilarityWeight { get; set; }

    /// <summary>Gets or sets the norm, above 0, to which larger gradients of a step are scaled down; null for no limit.</summary>
    public double? GradientClipNorm { get; set; }

    /// <summary>Gets or sets how the learning rate changes from step to step; null for a constant one.</summary>
    public LearningRateSchedule? Schedule { get; set; }

    /// <summary>
    /// Gets or sets in how many epochs, or parts of one, the learning rate rises evenly from almost nothing before the schedule begins, at
    /// least 0 and fewer than <see cref="Epochs"/>; 0 unless set. A <see cref="OneCycleSchedule"/> has a rise of its own.
    /// </summary>
    public double WarmUpEpochs { get; set; }

    /// <summary>
    /// Gets or sets the share, within (0, 1), that a step leaves of the running mean of the weights, such as 0.998 for that over some 500
    /// steps. That mean is then what is validated and kept (Polyak and Juditsky 1992). Null for the weights themselves.
    /// </summary>
    public double? AveragingDecay { get; set; }

    /// <summary>Gets or sets the share of images, within [0, 1), held out for validation where none are given; 0 unless set.</summary>
    public double ValidationSetFraction { get; set; }

    /// <summary>Gets or sets after how many epochs without a lower loss training ends, 1 or more; null to train all epochs.</summary>
    /// <remarks><see cref="LearningRateSchedule"/> says which schedules it fits.</remarks>
    public int? EarlyStoppingPatience { get; set; }

    /// <summary>Gets or sets the random change of input images, drawn anew every time; targets stay the originals. Null for none.</summary>
    public IAugmentation? Augmentation { get; set; }

    /// <summary>
    /// Gets or sets how many changed copies stand beside every original in an epoch, 0 to 10,000. With 0 (and an augmentation) the model
    /// sees changed images only, one of each; with 5 it sees each original and five copies.
    /// </summary>
    public int AugmentedCopies { get; set; }

    /// <summary>
    /// Gets or sets the part of a network that is trained already and keeps its weights and the statistics of its batch normalization, bit
    /// for bit; <see cref="FrozenPart.None"/> unless set. The part computes as in evaluation, without dropout.
    /// </summary>
    public FrozenPart FrozenPart { get; set; }

    /// <summary>
    /// Gets or sets the seed of all randomness in training: the order of examples, augmentation, dropout, the validation set; and, in a
    /// pipeline, the initial weights. The same seed gives the same weights on the same machine with the same number of threads. Null to
    /// draw one: from that of the <c>MLContext</c> in a pipeline, else at random; and to go on with that of the checkpoint.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>Gets or sets the device to train on; the CPU unless set. <see cref="ComputeDevice.Resolve"/> finds others.</summary>
    public Device Device { get; set; } = ComputeDevice.Resolve("cpu");

    /// <summary>
    /// Gets or sets what joins the processes that train the same model together; null where this one is alone. <see cref="BatchSize"/>
    /// counts the examples of all of them, so the result is the same for any number of them up to rounding, except with batch
    /// normalization, which takes its statistics from a rank's part of the batch, and dropout. All ranks have the same options, data and
    /// seed; the weights and the checkpoint to begin with are those of rank 0.
    /// </summary>
    public IGradientExchange? Exchange { get; set; }

    /// <summary>Gets or sets the file that keeps the state after every epoch, written atomically; null to keep none.</summary>
    public string? CheckpointPath { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether training goes on from <see cref="CheckpointPath"/> where that file exists. The result is,
    /// bit for bit, that of a training that was never interrupted, on the same machine with the same number of threads.
    /// </summary>
    public bool Resume { get; set; }

    /// <summary>
    /// Gets or sets what a training calls at its beginning, after every step, after every epoch and at its end; nothing unless set. The
    /// list is copied, the objects in it are not: options are equal where they have the same ones. A checkpoint does not depend on them.
    /// </summary>
    public IReadOnlyList<TrainingCallback> Callbacks { get; set => field = ValueList<TrainingCallback>.Of(value)!; } =
        new ValueList<TrainingCallback>([]);

    /// <summary>
    /// Gets or sets the SHA-256 of the trained model that the weights to begin with come from; null for fresh weights. A checkpoint has it.
    /// </summary>
    internal string? InitialModel { get; set; }

    /// <summary>Gets the file to go on from; null to begin anew.</summary>
    internal string? CheckpointToResume => Resume && File.Exists(CheckpointPath) ? CheckpointPath : null;

    /// <summary>Checks every value, as whatever takes the options does: for a program that is given them by its users.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public virtual void Validate()
    {
        const string SinglePrecision = "and finite in single precision";
        Check(Epochs >= 1, Epochs, "1 or more");
        Check(BatchSize is >= 1 and <= LargestBatch, BatchSize, $"1 to {LargestBatch}");
        Check(Enum.IsDefined(Optimizer), Optimizer, "a defined value");
        Check(Enum.IsDefined(FrozenPart), FrozenPart, "a defined value");
        Check(Loss is not null, Loss, "a loss");
        Loss!.Check(null);
        Check(Device is not null, Device, "a device");
        var (rank, ranks) = (Exchange?.Rank ?? 0, Exchange?.Size ?? 1);
        Check(rank >= 0 && rank < ranks, $"{rank} of {ranks}", "a rank from 0, below the number of them", nameof(Exchange));
        Check(CheckpointPath is null or { Length: > 0 }, CheckpointPath, "a path, or null");
        Check(!Resume || CheckpointPath is not null, Resume, "false where there is no CheckpointPath");
        Check(LearningRate is > 0 and <= float.MaxValue, LearningRate, $"above 0 {SinglePrecision}");
        Check(WeightDecay is >= 0 and <= float.MaxValue, WeightDecay, $"0 or more {SinglePrecision}");
        Check(SimilarityWeight is >= 0 and <= float.MaxValue, SimilarityWeight, $"0 or more {SinglePrecision}");
        Check(GradientClipNorm is null or > 0, GradientClipNorm, "above 0, or null");
        Check(ValidationSetFraction is >= 0 and < 1, ValidationSetFraction, "within [0, 1)");
        Check(EarlyStoppingPatience is null or >= 1, EarlyStoppingPatience, "1 or more, or null");
        Check(AugmentedCopies is >= 0 and <= IAugmentation.MostCopies, AugmentedCopies, $"0 to {IAugmentation.MostCopies}");
        Check(AugmentedCopies == 0 || Augmentation is not null, AugmentedCopies, "0 where there is no augmentation");
        Check(WarmUpEpochs >= 0 && WarmUpEpochs < Epochs, WarmUpEpochs, $"0 or more, and fewer than the {Epochs} of {nameof(Epochs)}");
        Check(WarmUpEpochs == 0 || Schedule?.WarmsUp is not true, WarmUpEpochs, "0 with a schedule that has a rise of its own");
        Check(AveragingDecay is null or (> 0 and < 1), AveragingDecay, "within (0, 1), or null");
        Check(Callbacks?.Contains(null!) == false, Callbacks, "a list without null");
        Schedule?.Validate();
    }

    /// <summary>Makes the rule that gives each step of the next epoch its learning rate.</summary>
    internal Func<int, double> LearningRates(IReadOnlyList<EpochRecord> before, int batches)
    {
        var firstStep = (long)before.Count * batches;
        var warmUp = (long)Math.Round(WarmUpEpochs * batches);
        var scheduled = Schedule?.InEpoch(LearningRate, before, firstStep - warmUp, (long)Epochs * batches - warmUp) ?? (_ => LearningRate);
        return batch => firstStep + batch < warmUp ? LearningRate * (firstStep + batch + 1) / warmUp : scheduled(batch);
    }

    private protected static void Check(
        bool condition, object? value, string range, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
    }
}
