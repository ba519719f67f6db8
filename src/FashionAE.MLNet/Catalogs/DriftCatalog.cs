using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Adds drift monitors for trained autoencoders to <c>ml.Model</c>.</summary>
public static class DriftCatalog
{
    /// <summary>
    /// Creates a monitor that compares newly scored rows with rows from training time, and raises an alarm if the distribution of the rows
    /// has changed.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">
    /// The model: an autoencoder, an anomaly detector, or a chain that contains one. If there are several, the last one is monitored.
    /// </param>
    /// <param name="options">
    /// The options of the comparison; they are copied. Null for windows of 500 rows and a false alarm rate of 1 %.
    /// </param>
    /// <returns>The monitor. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or the model contains no autoencoder.</exception>
    /// <exception cref="InvalidOperationException">
    /// Neither the model nor the options contain reference rows, or there are too few of them.
    /// </exception>
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
                "The model contains no autoencoder: pass the fitted model of an autoencoder, or a chain that contains one.", nameof(model));
        var autoencoder = (AutoencoderTransformer)steps[at];
        var scoring = autoencoder.WithCodeAndScore();
        try
        {
            // Apply only the steps before the autoencoder: later steps may replace its input columns.
            IDataView Score(IDataView rows) => scoring.Transform(steps.Take(at).Aggregate(rows, (view, step) => step.Transform(view)));
            var reference = options.Reference is { } view
                ? DriftReference.Draw(ScoredRows.Read(Score(view)), options.Seed, isUnseen: true)
                : autoencoder.Reference ?? throw new InvalidOperationException(
                    "The model contains no reference rows: it was trained elsewhere, saved by an earlier version, or created by"
                    + " WithOutputs. Call WithReference(view) with normal rows and save the result, or set Reference in the options.");
            if (reference.Scores.Length < DriftReference.FewestRows)
                throw new InvalidOperationException(
                    $"The reference has {reference.Scores.Length} rows, but at least {DriftReference.FewestRows} are needed: set"
                    + " Reference in the options to a view with more rows.");
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
