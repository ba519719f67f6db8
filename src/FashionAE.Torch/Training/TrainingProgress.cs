namespace FashionAE.Torch.Training;

/// <summary>Where a training stands; reported every few batches and at the end of every epoch.</summary>
/// <param name="Epoch">The running epoch, from 1.</param>
/// <param name="Epochs">How many epochs there will be.</param>
/// <param name="Batch">The finished batches of the epoch.</param>
/// <param name="Batches">The batches of an epoch.</param>
/// <param name="Loss">The mean loss over the epoch so far.</param>
/// <param name="Finished">The epoch's record when it is over, else null.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Batch, int Batches, double Loss, EpochRecord? Finished);
