using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FashionAE.Torch;

/// <summary>
/// Emits telemetry of a training: an activity for the training with an event for each epoch, and metrics for each epoch. docs/monitoring.md
/// lists the instruments.
/// </summary>
internal sealed class TrainingTelemetry(Activity? activity) : TrainingCallback
{
    private static readonly ActivitySource Source = new("FashionAE");
    private static readonly Meter Meter = new("FashionAE");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "fashionae.training.epoch.duration", "s", "The duration of an epoch, including validation.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.1, .3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000] });

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>(
        "fashionae.training.rows", "{row}", "The number of training rows, counted each time they are used.");

    /// <summary>Starts the activity of a training. Returns null without a listener.</summary>
    public static Activity? Begin(Autoencoder model) => Source.StartActivity("fashionae.train")
        ?.SetTag("fashionae.input", $"{model.InputShape}").SetTag("fashionae.latent_size", model.LatentSize);

    public override void OnEpochEnd(TrainingState state)
    {
        var record = state.Record!;
        Durations.Record(record.Seconds);
        Rows.Add(record.TrainExamples ?? 0);
        activity?.AddEvent(new ActivityEvent("epoch", tags: new()
        {
            ["fashionae.epoch"] = state.Epoch,
            ["fashionae.loss.train"] = record.TrainLoss,
            ["fashionae.loss.validation"] = record.ValidationLoss,
        }));
    }

    public override void OnTrainingEnd(TrainingState state, TrainingHistory history) => activity
        ?.SetTag("fashionae.outcome", $"{history.Outcome}").SetTag("fashionae.epochs", history.Epochs.Count);
}
