using System.Text.Json.Serialization;

namespace FashionAE.Torch.Training;

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="TrainLoss">The mean loss over the epoch's examples, while the weights changed.</param>
/// <param name="ValidationLoss">The loss on the validation images afterwards; null without any.</param>
/// <param name="TestLoss">The loss on the test images afterwards; null without any. Nothing is decided by it.</param>
/// <param name="LearningRate">The learning rate during the epoch.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record EpochRecord(int Epoch, double TrainLoss, double? ValidationLoss, double? TestLoss, double LearningRate, double Seconds)
{
    /// <summary>Gets the loss by which the best epoch is chosen: that of validation where there is one, else that of training.</summary>
    [JsonIgnore]
    public double MonitoredLoss => ValidationLoss ?? TrainLoss;
}
