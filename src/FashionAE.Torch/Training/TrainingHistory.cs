using System.Text.Json.Serialization;

namespace FashionAE.Torch;

/// <summary>The result of a training: its epochs and the reason why it ended.</summary>
/// <param name="Epochs">The finished epochs in order, including those before a resumption.</param>
/// <param name="Outcome">The reason why the training ended.</param>
public sealed record TrainingHistory(IReadOnlyList<EpochRecord> Epochs, TrainingOutcome Outcome)
{
    /// <summary>
    /// Gets the epoch whose weights the model has, the first with the lowest monitored loss; null if no epoch was finished.
    /// </summary>
    public EpochRecord? Best => Epochs.MinBy(e => e.MonitoredLoss);

    /// <summary>Gets the reason why the training stopped early; null if it did not.</summary>
    public string? StopReason { get; init; }
}

/// <summary>The losses of one epoch.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="TrainLoss">The mean loss over the training examples, computed while the weights were changing.</param>
/// <param name="ValidationLoss">The mean loss over the validation images after the epoch; null without validation.</param>
/// <param name="TestLoss">
/// The mean loss over the test images after the epoch; null without test images. It has no effect on the training.
/// </param>
/// <param name="LearningRate">The learning rate of the last step of the epoch.</param>
/// <param name="Seconds">The duration of the epoch, in seconds.</param>
public sealed record EpochRecord(int Epoch, double TrainLoss, double? ValidationLoss, double? TestLoss, double LearningRate, double Seconds)
{
    /// <summary>
    /// Gets the number of examples, including copies, that <see cref="TrainLoss"/> is the mean of; null in records of older versions.
    /// </summary>
    public long? TrainExamples { get; init; }

    /// <summary>
    /// Gets the number of images that <see cref="ValidationLoss"/> is the mean of; null without validation, or in records of older
    /// versions.
    /// </summary>
    public long? ValidationExamples { get; init; }

    /// <summary>
    /// Gets the number of images that <see cref="TestLoss"/> is the mean of; null without test images, or in records of older versions.
    /// </summary>
    public long? TestExamples { get; init; }

    /// <summary>Gets the sum of the losses of the training examples; null if their number is not recorded.</summary>
    [JsonIgnore]
    public double? TrainLossSum => TrainLoss * TrainExamples;

    /// <summary>Gets the sum of the losses of the validation images; null without validation, or if their number is not recorded.</summary>
    [JsonIgnore]
    public double? ValidationLossSum => ValidationLoss * ValidationExamples;

    /// <summary>Gets the sum of the losses of the test images; null without test images, or if their number is not recorded.</summary>
    [JsonIgnore]
    public double? TestLossSum => TestLoss * TestExamples;

    /// <summary>Gets the loss that decides which epoch is best: the validation loss if there is one, otherwise the training loss.</summary>
    [JsonIgnore]
    public double MonitoredLoss => ValidationLoss ?? TrainLoss;

    /// <summary>Gets a value indicating whether all values are finite and in range.</summary>
    [JsonIgnore]
    internal bool IsFinite => double.IsFinite(TrainLoss) && double.IsFinite(ValidationLoss ?? 0) && double.IsFinite(TestLoss ?? 0)
        && double.IsFinite(LearningRate) && LearningRate > 0 && double.IsFinite(Seconds) && Seconds >= 0
        && TrainExamples is null or > 0 && ValidationExamples is null or > 0 && TestExamples is null or > 0;
}

/// <summary>Specifies why a training ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>
    /// The loss had not improved for <see cref="TrainingOptions.EarlyStoppingPatience"/> epochs, or a <see cref="TrainingCallback"/>
    /// stopped the training.
    /// </summary>
    StoppedEarly,

    /// <summary>The training was canceled. The unfinished epoch was discarded.</summary>
    Canceled,
}

/// <summary>The progress of a running training, reported every few batches and at the end of every epoch.</summary>
/// <param name="Epoch">The number of the current epoch, from 1.</param>
/// <param name="Epochs">The total number of epochs.</param>
/// <param name="Batch">The number of finished batches in the epoch.</param>
/// <param name="Batches">The number of batches in an epoch.</param>
/// <param name="Loss">The mean loss over the examples of the epoch so far.</param>
/// <param name="Finished">The record of the epoch if it is finished, otherwise null.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Batch, int Batches, double Loss, EpochRecord? Finished)
{
    /// <summary>
    /// Gets a warning about the learning rate if the network is no better than the mean image; null for no warning. At most one report of a
    /// training has a warning: that of the first epoch after enough steps to judge, or of the last epoch. A resumed training has none.
    /// </summary>
    public string? Warning { get; init; }
}
