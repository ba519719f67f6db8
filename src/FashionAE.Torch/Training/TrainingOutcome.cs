namespace FashionAE.Torch.Training;

/// <summary>Why a training ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>The loss had not improved for as many epochs as were allowed.</summary>
    StoppedEarly,

    /// <summary>It was cancelled; what the unfinished epoch had learned is discarded.</summary>
    Cancelled,
}
