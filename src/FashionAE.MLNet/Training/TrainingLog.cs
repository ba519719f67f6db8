using FashionAE.Torch.Training;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Training;

/// <summary>Tells a channel, and so the log of the MLContext, how a training goes.</summary>
internal sealed class TrainingLog(IChannel channel) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Finished is not { } epoch)
        {
            channel.Trace(MessageSensitivity.None, $"Epoch {value.Epoch}/{value.Epochs}, batch {value.Batch}/{value.Batches}: loss {value.Loss:F5}");
            return;
        }
        var validation = epoch.ValidationLoss is { } loss ? $", validation {loss:F5}" : "";
        channel.Info(
            MessageSensitivity.None,
            $"Epoch {value.Epoch}/{value.Epochs}: loss {epoch.TrainLoss:F5}{validation}, learning rate {epoch.LearningRate:G3}, {epoch.Seconds:F1} s");
    }
}
