using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FashionAE.MLNet;

/// <summary>
/// Measures what cursors and prediction engines compute; docs/monitoring.md lists the instruments. Without a listener it costs a look at
/// a flag for each batch.
/// </summary>
internal static class ScoringTelemetry
{
    public const string Encode = "encode";
    public const string Decode = "decode";
    public const string Score = "score";

    private const string Stage = "fashionae.stage";

    private static readonly Meter Meter = new("FashionAE");

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>(
        "fashionae.scoring.rows", "{row}", "How many rows a stage computed.");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "fashionae.scoring.batch.duration", "s", "The time of a stage for a batch of rows, without the stages that it needs.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [.00001, .00003, .0001, .0003, .001, .003, .01, .03, .1, .3, 1, 3, 10],
        });

    private static readonly Counter<long> Anomalies = Meter.CreateCounter<long>(
        "fashionae.scoring.anomalies", "{row}", "How many rows a detector called anomalies.");

    // The time of stages that ended within the one that runs.
    [ThreadStatic]
    private static long inner;

    /// <summary>Computes a stage; null for one that is not measured.</summary>
    public static void Run(string? stage, int rows, Action compute)
    {
        if (stage is null || !(Durations.Enabled || Rows.Enabled))
        {
            compute();
            return;
        }
        var (outer, begin) = (inner, Stopwatch.GetTimestamp());
        inner = 0;
        compute();
        var ticks = Stopwatch.GetTimestamp() - begin;
        var tag = new KeyValuePair<string, object?>(Stage, stage);
        Durations.Record((double)(ticks - inner) / Stopwatch.Frequency, tag);
        Rows.Add(rows, tag);
        inner = outer + ticks;
    }

    /// <summary>Counts the scores above a threshold, NaN among them; null for none.</summary>
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
