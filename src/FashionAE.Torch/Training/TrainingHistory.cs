namespace FashionAE.Torch.Training;

/// <summary>The course of a training.</summary>
/// <param name="Epochs">The finished epochs in order; those before a resumption included.</param>
/// <param name="Outcome">Why the training ended.</param>
public sealed record TrainingHistory(IReadOnlyList<EpochRecord> Epochs, TrainingOutcome Outcome)
{
    /// <summary>Gets the epoch whose weights the model was left with: the first with the lowest monitored loss; null when none was finished.</summary>
    public EpochRecord? Best => Epochs.MinBy(e => e.MonitoredLoss);
}
