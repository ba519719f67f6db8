using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Monitors of trained autoencoders in the catalog <c>ml.Model</c>.</summary>
public static class DriftCatalog
{
    /// <summary>
    /// Makes a monitor that compares the rows that a model scores with rows as they were at its training, and gives an alarm when they
    /// have changed.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">An autoencoder, a detector of anomalies, or a chain with one; of several the last one is monitored.</param>
    /// <param name="options">How rows are compared; they are copied. Null for windows of 500 rows and 1 % false alarms.</param>
    /// <returns>The monitor; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or the model has no autoencoder.</exception>
    /// <exception cref="InvalidOperationException">The model holds no rows to compare with, and options give none, or too few.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    /// <example>
    /// <code>
    /// using var monitor = ml.Model.CreateDriftMonitor(model, new() { Window = 500, FalseAlarms = 0.01 });
    /// foreach (var report in monitor.Observe(newRows))
    ///     Console.WriteLine(report);
    /// </code>
    /// </example>
    public static DriftMonitor CreateDriftMonitor(this ModelOperationsCatalog catalog, ITransformer model, DriftOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        options = options is null ? new() : options with { };
        options.Validate();
        var steps = model.GetScoringSteps().ToList();
        var at = steps.FindLastIndex(step => step is AutoencoderTransformer);
        if (at < 0)
            throw new ArgumentException(
                "The model has no autoencoder: give what the Fit of an autoencoder, or of a chain with one, has made.", nameof(model));
        var autoencoder = (AutoencoderTransformer)steps[at];
        var scoring = autoencoder.WithCodeAndScore();
        try
        {
            // The steps after it may replace what it reads.
            IDataView Score(IDataView rows) => scoring.Transform(steps.Take(at).Aggregate(rows, (view, step) => step.Transform(view)));
            var reference = options.Reference is { } view
                ? DriftReference.Draw(ScoredRows.Read(Score(view)), options.Seed, isUnseen: true)
                : autoencoder.Reference ?? throw new InvalidOperationException(
                    "The model holds no rows to compare new ones with: it was trained elsewhere, or saved by an earlier version. Call"
                    + " WithReference(view) with rows that are as they should be and save the result, or set Reference in the options.");
            if (reference.Scores.Length < DriftReference.FewestRows)
                throw new InvalidOperationException(
                    $"There are {reference.Scores.Length} rows to compare new ones with; {DriftReference.FewestRows} or more are needed:"
                    + " set Reference in the options to a view of more rows.");
            if (!reference.IsUnseen)
                new StepLog(catalog.GetEnvironment(), nameof(DriftMonitor)).Warn(
                    "New rows are compared with rows that the network was trained on, which have lower errors: there may be more false"
                    + " alarms. Train with ValidationSet or ValidationSetFraction, call WithReference, or set Reference in the options.");
            return new DriftMonitor(reference, autoencoder.LatentSize, options, Score, scoring);
        }
        catch
        {
            scoring.Dispose();
            throw;
        }
    }
}
