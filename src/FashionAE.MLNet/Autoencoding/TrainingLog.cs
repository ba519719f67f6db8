using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Writes the progress of a training to the log: each finished epoch and, within an epoch, the finished batches and the remaining time. It
/// warns if there are too few steps to change the network much, and if the outputs are no better than the mean image.
/// </summary>
/// <param name="count">The number of training images.</param>
/// <param name="time">The clock; null for the system clock.</param>
/// <param name="shape">The shape of the inputs.</param>
/// <param name="isFresh">Whether the initial weights are new. A model that is already trained needs only few steps.</param>
internal sealed class TrainingLog(
    IChannel channel, TrainingOptions options, long count, TimeProvider? time = null, InputShape shape = default, bool isFresh = true)
    : IProgress<TrainingProgress>
{
    // Measured on five tables of 80 to 2,100 rows: the detection of anomalies improves up to some 1,000 steps.
    private const int EnoughStepsForVectors = 1000;
    private const int SmallestAdvised = 8;
    private const int SmallBatch = 32;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly int _enoughSteps = shape.IsVector ? EnoughStepsForVectors : MeanImageComparison.EnoughSteps;
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _begin = (time ?? TimeProvider.System).GetTimestamp();
    private TimeSpan _next = FirstPause;

    // The first report. Estimates start from it, because the steps before it are slower: they load code and allocate memory.
    private (long Timestamp, long Steps)? _first;

    public void Report(TrainingProgress value)
    {
        if (_first is null)
            WarnOfFewSteps(value.Batches);
        var remaining = Remaining(value);
        if (value.Finished is { } epoch)
        {
            static string Optional(string name, double? loss) => loss is { } value ? $", {name} {value:F5}" : "";
            channel.Info(
                MessageSensitivity.None,
                $"Epoch {value.Epoch}/{value.Epochs}: loss {epoch.TrainLoss:F5}"
                + Optional("validation", epoch.ValidationLoss) + Optional("test", epoch.TestLoss)
                + $", learning rate {epoch.LearningRate:G3}, {epoch.Seconds:F1} s");
            if (value.Warning is { } warning)
                channel.Warning(MessageSensitivity.None, warning);
            return;
        }
        var text = $"Epoch {value.Epoch}/{value.Epochs}, batch {value.Batch}/{value.Batches}: loss {value.Loss:F5}";
        if (remaining is not null)
            channel.Info(MessageSensitivity.None, $"{text}, {remaining}");
        else
            channel.Trace(MessageSensitivity.None, text);
    }

    /// <summary>Warns of too few steps, and suggests smaller batches or more epochs.</summary>
    private void WarnOfFewSteps(int stepsPerEpoch)
    {
        var steps = (long)stepsPerEpoch * options.Epochs;
        if (!isFresh || steps >= _enoughSteps)
            return;
        var smaller = (long)((Int128)count * (options.AugmentedCopies + 1) * options.Epochs / _enoughSteps);
        var remedy = smaller >= SmallestAdvised ? $"BatchSize to {smaller} or less, or " : "";
        if (remedy.Length == 0 && options.BatchSize > SmallBatch && count > SmallBatch)
            remedy = $"BatchSize to {SmallBatch} and Epochs to {(_enoughSteps * (long)SmallBatch + count - 1) / count} or more, or ";
        channel.Warning(
            MessageSensitivity.None,
            $"{count} rows in batches of {options.BatchSize} make {steps} training steps in {options.Epochs} epochs,"
            + $" too few to learn much: set {remedy}Epochs to {(_enoughSteps + stepsPerEpoch - 1) / stepsPerEpoch} or more.");
    }

    /// <summary>Estimates the remaining time; null if no estimate is due. Estimates become rarer during a long training.</summary>
    private string? Remaining(TrainingProgress value)
    {
        var (now, steps) = (_time.GetTimestamp(), (value.Epoch - 1L) * value.Batches + value.Batch);
        var since = _first ?? (_begin, (value.Epoch - 1L) * value.Batches);
        _first ??= (now, steps);
        var elapsed = _time.GetElapsedTime(_begin, now);
        // The last batch is followed by the line of the finished epoch.
        if (elapsed < _next || value.Batch == value.Batches)
            return null;
        _next = elapsed + (Pause > elapsed / 10 ? Pause : elapsed / 10);
        var perStep = _time.GetElapsedTime(since.Timestamp, now).TotalSeconds / (steps - since.Steps);
        return (perStep * ((long)value.Epochs * value.Batches - steps)) switch
        {
            < 100 and var seconds => $"about {Math.Ceiling(seconds):F0} s left",
            < 6000 and var seconds => $"about {seconds / 60:F0} min left",
            var seconds => $"about {seconds / 3600:F1} h left",
        };
    }
}
