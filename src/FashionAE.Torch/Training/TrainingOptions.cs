using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Contains the settings for training an autoencoder. Trainers and estimators copy the options, so later changes have no effect on them.
/// </summary>
public record TrainingOptions
{
    // Larger batches do not improve a step and would need too much memory.
    internal const int LargestBatch = 1 << 20;

    /// <summary>Gets or sets the number of passes over all training images, 1 or more. The default is 10.</summary>
    public int Epochs { get; set; } = 10;

    /// <summary>Gets or sets the number of examples in one training step, 1 to 1,048,576. The default is 128.</summary>
    public int BatchSize { get; set; } = 128;

    /// <summary>Gets or sets the learning rate, above 0. With a schedule it is the highest one. The default is 0.001.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Gets or sets the optimizer. The default is Adam.</summary>
    public OptimizerKind Optimizer { get; set; }

    /// <summary>Gets or sets the weight decay, 0 or more. The default is 0.</summary>
    public double WeightDecay { get; set; }

    /// <summary>
    /// Gets or sets the loss to minimize: a property of <see cref="ReconstructionLoss"/>, a record with settings such as
    /// <see cref="HuberLoss"/>, or a custom record. Losses are immutable, so copies of the options share the instance. The default is the
    /// mean squared error.
    /// </summary>
    public ReconstructionLoss Loss { get; set; } = ReconstructionLoss.MeanSquaredError;

    /// <summary>
    /// Gets or sets the weight of the structural similarity term in the loss, 0 or more. The term is one minus the structural similarity
    /// (<see cref="ImageQuality"/>), and needs at least 11x11 pixels. A higher weight gives edges and textures more influence compared with
    /// brightness (Zhao, Gallo, Frosio and Kautz 2017). The default is 0.
    /// </summary>
    public double SimilarityWeight { get; set; }

    /// <summary>
    /// Gets or sets the largest norm of a step's gradients, above 0. Larger gradients are scaled down to it. Null for no limit.
    /// </summary>
    public double? GradientClipNorm { get; set; }

    /// <summary>Gets or sets how the learning rate changes from step to step; null for a constant rate.</summary>
    public LearningRateSchedule? Schedule { get; set; }

    /// <summary>
    /// Gets or sets the length of the warm-up in epochs, which can be a fraction: at least 0, and less than <see cref="Epochs"/>. During
    /// the warm-up the learning rate rises linearly from almost zero; then the schedule begins. It must be 0 with a
    /// <see cref="OneCycleSchedule"/>, which includes a warm-up. The default is 0.
    /// </summary>
    public double WarmUpEpochs { get; set; }

    /// <summary>
    /// Gets or sets the decay of the running mean of the weights, within (0, 1). With 0.998, for example, the mean is over some 500 steps.
    /// The mean is then validated and kept instead of the weights themselves (Polyak and Juditsky 1992). Null for no averaging.
    /// </summary>
    public double? AveragingDecay { get; set; }

    /// <summary>
    /// Gets or sets the fraction of the training images, within [0, 1), to hold out for validation if no validation images are passed. The
    /// default is 0.
    /// </summary>
    public double ValidationSetFraction { get; set; }

    /// <summary>
    /// Gets or sets the number of epochs without a lower loss after which training ends, 1 or more; null to train all epochs.
    /// </summary>
    /// <remarks>See <see cref="LearningRateSchedule"/> for the schedules that work with it.</remarks>
    public int? EarlyStoppingPatience { get; set; }

    /// <summary>
    /// Gets or sets the augmentation: a random change of the input images, drawn again for every image in every epoch. The targets stay
    /// unchanged. Null for none.
    /// </summary>
    public IAugmentation? Augmentation { get; set; }

    /// <summary>
    /// Gets or sets the number of changed copies of each original in an epoch, 0 to 10,000. If it is 0 and there is an augmentation, the
    /// model sees one changed copy of each image and no originals. If it is 5, for example, the model sees each original and five changed
    /// copies.
    /// </summary>
    public int AugmentedCopies { get; set; }

    /// <summary>
    /// Gets or sets the part of a trained network that stays unchanged, bit for bit, including its batch normalization statistics. The part
    /// runs in evaluation mode, without dropout. The default is <see cref="FrozenPart.None"/>.
    /// </summary>
    public FrozenPart FrozenPart { get; set; }

    /// <summary>
    /// Gets or sets the seed of all randomness in training: the order of examples, augmentation, dropout, the validation set and, in a
    /// pipeline, the initial weights. The same seed gives the same weights on the same machine with the same number of threads. If it is
    /// null, a resumed training uses the seed in the checkpoint, a pipeline draws one from the seed of the <c>MLContext</c>, and any other
    /// training draws a random one.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Gets or sets the device to train on. Use <see cref="ComputeDevice.Resolve"/> to find the other devices. The default is the CPU.
    /// </summary>
    public Device Device { get; set; } = ComputeDevice.Resolve("cpu");

    /// <summary>
    /// Gets or sets the connection between the processes (ranks) that train one model together; null to train in this process only. All
    /// ranks must have the same options, data and seed. The initial weights and the checkpoint to resume from are those of rank 0.
    /// </summary>
    /// <remarks>
    /// <see cref="BatchSize"/> is the number of examples on all ranks together. The result is therefore the same for any number of ranks,
    /// up to rounding, with two exceptions: batch normalization, which computes its statistics from a rank's part of the batch, and
    /// dropout.
    /// </remarks>
    public IGradientExchange? Exchange { get; set; }

    /// <summary>Gets or sets the file that stores the training's state after every epoch, written atomically; null for no file.</summary>
    public string? CheckpointPath { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether to resume training from <see cref="CheckpointPath"/> if that file exists. On the same
    /// machine with the same number of threads, the result equals, bit for bit, that of an uninterrupted training.
    /// </summary>
    public bool Resume { get; set; }

    /// <summary>
    /// Gets or sets the callbacks that a training calls at its beginning, after every step, after every epoch and at its end. The list is
    /// copied, but not the callbacks: options are equal if they have the same instances. A checkpoint does not depend on them. The default
    /// is an empty list.
    /// </summary>
    public IReadOnlyList<TrainingCallback> Callbacks { get; set => field = ValueList<TrainingCallback>.Of(value)!; } =
        new ValueList<TrainingCallback>([]);

    /// <summary>
    /// Gets or sets the SHA-256 of the trained model that provides the initial weights; null for new weights. It is stored in checkpoints.
    /// </summary>
    internal string? InitialModel { get; set; }

    /// <summary>Gets the file to resume from; null to start a new training.</summary>
    internal string? CheckpointToResume => Resume && File.Exists(CheckpointPath) ? CheckpointPath : null;

    /// <summary>Validates all options. Trainers call it themselves; use it to check values that users of a program enter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
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
        Check(rank >= 0 && rank < ranks, $"{rank} of {ranks}", "a rank from 0 that is less than the number of ranks", nameof(Exchange));
        Check(CheckpointPath is null or { Length: > 0 }, CheckpointPath, "a path, or null");
        Check(!Resume || CheckpointPath is not null, Resume, "false if there is no CheckpointPath");
        Check(LearningRate is > 0 and <= float.MaxValue, LearningRate, $"above 0 {SinglePrecision}");
        Check(WeightDecay is >= 0 and <= float.MaxValue, WeightDecay, $"0 or more {SinglePrecision}");
        Check(SimilarityWeight is >= 0 and <= float.MaxValue, SimilarityWeight, $"0 or more {SinglePrecision}");
        Check(GradientClipNorm is null or > 0, GradientClipNorm, "above 0, or null");
        Check(ValidationSetFraction is >= 0 and < 1, ValidationSetFraction, "within [0, 1)");
        Check(EarlyStoppingPatience is null or >= 1, EarlyStoppingPatience, "1 or more, or null");
        Check(AugmentedCopies is >= 0 and <= IAugmentation.MostCopies, AugmentedCopies, $"0 to {IAugmentation.MostCopies}");
        Check(AugmentedCopies == 0 || Augmentation is not null, AugmentedCopies, "0 if there is no augmentation");
        Check(WarmUpEpochs >= 0 && WarmUpEpochs < Epochs, WarmUpEpochs, $"0 or more, and less than {nameof(Epochs)} ({Epochs})");
        Check(WarmUpEpochs == 0 || Schedule?.WarmsUp is not true, WarmUpEpochs, "0 with a schedule that includes a warm-up");
        Check(AveragingDecay is null or (> 0 and < 1), AveragingDecay, "within (0, 1), or null");
        Check(Callbacks?.Contains(null!) == false, Callbacks, "a list without null");
        Schedule?.Validate();
    }

    /// <summary>Returns a function from the step within the next epoch to its learning rate.</summary>
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
