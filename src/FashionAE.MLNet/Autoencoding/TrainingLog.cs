using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Writes a training to the log: each finished epoch, in between how far the running one is and how long the rest will take, a warning
/// where so few steps are made that the network stays almost as it was, and one where its answers are no better than the mean image.
/// </summary>
/// <param name="count">How many images it learns from.</param>
/// <param name="time">The clock; null for that of the system.</param>
/// <param name="shape">The shape of its inputs.</param>
/// <param name="isFresh">Whether its weights are fresh: those of a trained model need few steps.</param>
internal sealed class TrainingLog(
    IChannel channel, TrainingOptions options, long count, TimeProvider? time = null, InputShape shape = default, bool isFresh = true)
    : IProgress<TrainingProgress>
{
    // Five tables of 80 to 2,100 rows: what is found of anomalies grows until some 1,000 steps.
    private const int EnoughStepsForVectors = 1000;
    private const int SmallestAdvised = 8;
    private const int SmallBatch = 32;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly int _enoughSteps = shape.IsVector ? EnoughStepsForVectors : MeanImageComparison.EnoughSteps;
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _begin = (time ?? TimeProvider.System).GetTimestamp();
    private TimeSpan _next = FirstPause;

    // The report that estimates rest on: the first one, since the steps before it load code and memory and are slower than the others.
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

    /// <summary>Warns of few steps, with what makes them enough: smaller batches, or more epochs.</summary>
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

    /// <summary>How long the rest will take, if it is time to say so: the longer a training runs, the more seldom.</summary>
    private string? Remaining(TrainingProgress value)
    {
        var (now, steps) = (_time.GetTimestamp(), (value.Epoch - 1L) * value.Batches + value.Batch);
        var since = _first ?? (_begin, (value.Epoch - 1L) * value.Batches);
        _first ??= (now, steps);
        var elapsed = _time.GetElapsedTime(_begin, now);
        // The line of the finished epoch follows the last batch.
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
