using System.Text.Json.Serialization;

namespace FashionAE.Torch;

/// <summary>The course of a training.</summary>
/// <param name="Epochs">The finished epochs in order; those before a resumption included.</param>
/// <param name="Outcome">The reason for which the training ended.</param>
public sealed record TrainingHistory(IReadOnlyList<EpochRecord> Epochs, TrainingOutcome Outcome)
{
    /// <summary>Gets the epoch whose weights the model has: the first with the lowest monitored loss; null if none was finished.</summary>
    public EpochRecord? Best => Epochs.MinBy(e => e.MonitoredLoss);

    /// <summary>Gets why the training stopped early; null where it did not.</summary>
    public string? StopReason { get; init; }
}

/// <summary>The losses of one epoch of a training.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="TrainLoss">The mean loss over the epoch's examples, while the weights changed.</param>
/// <param name="ValidationLoss">The loss on the validation images afterwards; null without any.</param>
/// <param name="TestLoss">The loss on the test images afterwards; null without any. Nothing is decided by it.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="Seconds">How long the epoch took, in seconds.</param>
public sealed record EpochRecord(int Epoch, double TrainLoss, double? ValidationLoss, double? TestLoss, double LearningRate, double Seconds)
{
    /// <summary>Gets how many examples <see cref="TrainLoss"/> is the mean of, with copies; null where an older version wrote it.</summary>
    public long? TrainExamples { get; init; }

    /// <summary>Gets how many images <see cref="ValidationLoss"/> is the mean of; null without any, or where it is not recorded.</summary>
    public long? ValidationExamples { get; init; }

    /// <summary>Gets how many images <see cref="TestLoss"/> is the mean of; null without any, or where it is not recorded.</summary>
    public long? TestExamples { get; init; }

    /// <summary>Gets the loss summed over the epoch's examples; null where their number is not recorded.</summary>
    [JsonIgnore]
    public double? TrainLossSum => TrainLoss * TrainExamples;

    /// <summary>Gets the loss summed over the validation images; null without any, or where their number is not recorded.</summary>
    [JsonIgnore]
    public double? ValidationLossSum => ValidationLoss * ValidationExamples;

    /// <summary>Gets the loss summed over the test images; null without any, or where their number is not recorded.</summary>
    [JsonIgnore]
    public double? TestLossSum => TestLoss * TestExamples;

    /// <summary>Gets the loss by which the best epoch is chosen: that of validation where there is one, else that of training.</summary>
    [JsonIgnore]
    public double MonitoredLoss => ValidationLoss ?? TrainLoss;

    /// <summary>Gets a value indicating whether its numbers are such as a training can have given.</summary>
    [JsonIgnore]
    internal bool IsFinite => double.IsFinite(TrainLoss) && double.IsFinite(ValidationLoss ?? 0) && double.IsFinite(TestLoss ?? 0)
        && double.IsFinite(LearningRate) && LearningRate > 0 && double.IsFinite(Seconds) && Seconds >= 0
        && TrainExamples is null or > 0 && ValidationExamples is null or > 0 && TestExamples is null or > 0;
}

/// <summary>The reasons for which a training ends.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>The loss had not improved for as many epochs as were allowed, or a <see cref="TrainingCallback"/> stopped it.</summary>
    StoppedEarly,

    /// <summary>It was canceled; what the unfinished epoch had learned is discarded.</summary>
    Canceled,
}

/// <summary>The state of a running training; reported every few batches and at the end of every epoch.</summary>
/// <param name="Epoch">The running epoch, from 1.</param>
/// <param name="Epochs">How many epochs there will be.</param>
/// <param name="Batch">How many batches of the epoch are finished.</param>
/// <param name="Batches">How many batches an epoch has.</param>
/// <param name="Loss">The mean loss over the epoch so far.</param>
/// <param name="Finished">The epoch's record when it is over, else null.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Batch, int Batches, double Loss, EpochRecord? Finished)
{
    /// <summary>
    /// Gets a sentence about a learning rate at which the network is no better than the mean image; null for none. It comes at most once:
    /// with the record of the first epoch after enough steps to judge by, or else of the last one; and never in a resumed training.
    /// </summary>
    public string? Warning { get; init; }
}
