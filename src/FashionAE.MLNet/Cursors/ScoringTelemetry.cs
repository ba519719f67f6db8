using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FashionAE.MLNet;

/// <summary>
/// Measures the computations of cursors and prediction engines; docs/monitoring.md lists the instruments. Without a listener, the cost is
/// a few checks of flags per batch.
/// </summary>
internal static class ScoringTelemetry
{
    public const string Encode = "encode";
    public const string Decode = "decode";
    public const string Score = "score";

    private const string Stage = "fashionae.stage";

    private static readonly Meter Meter = new("FashionAE");

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>(
        "fashionae.scoring.rows", "{row}", "The number of rows that a stage computed.");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "fashionae.scoring.batch.duration", "s", "The time of a stage for a batch of rows, without the stages that it depends on.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [.00001, .00003, .0001, .0003, .001, .003, .01, .03, .1, .3, 1, 3, 10],
        });

    private static readonly Counter<long> Anomalies = Meter.CreateCounter<long>(
        "fashionae.scoring.anomalies", "{row}", "The number of rows that a detector called anomalies.");

    // The time of the stages that ended within the current one, in ticks of the Stopwatch.
    [ThreadStatic]
    private static long inner;

    /// <summary>Computes and measures a stage. If the stage is null, or throws an exception, it is not measured.</summary>
    public static void Run(string? stage, int rows, Action compute)
    {
        if (stage is null || !(Durations.Enabled || Rows.Enabled))
        {
            compute();
            return;
        }
        var (outer, begin) = (inner, Stopwatch.GetTimestamp());
        inner = 0;
        try
        {
            compute();
            var ticks = Stopwatch.GetTimestamp() - begin;
            var tag = new KeyValuePair<string, object?>(Stage, stage);
            Durations.Record((double)(ticks - inner) / Stopwatch.Frequency, tag);
            Rows.Add(rows, tag);
        }
        finally
        {
            inner = outer + Stopwatch.GetTimestamp() - begin;
        }
    }

    /// <summary>Counts the scores that are above a threshold or NaN. Without a threshold nothing is counted.</summary>
    public static void CountAnomalies(ReadOnlySpan<float> scores, float? threshold)
    {
        if (threshold is null || !Anomalies.Enabled)
            return;
        var count = 0;
        foreach (var score in scores)
            count += score <= threshold ? 0 : 1;
        if (count > 0)
            Anomalies.Add(count);
    }
}
