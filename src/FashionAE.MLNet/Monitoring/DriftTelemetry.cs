using System.Diagnostics.Metrics;

namespace FashionAE.MLNet;

/// <summary>Counts the windows of drift monitors and their alarms. docs/monitoring.md lists the instruments.</summary>
internal static class DriftTelemetry
{
    private static readonly Meter Meter = new("FashionAE");

    private static readonly Counter<int> Windows = Meter.CreateCounter<int>(
        "fashionae.drift.windows", "{window}", "The number of windows of rows that were compared with the reference.");

    private static readonly Counter<int> Alarms = Meter.CreateCounter<int>(
        "fashionae.drift.alarms", "{alarm}", "The number of alarms. A window has one if its scores had changed, and one if its codes had.");

    public static void Add(DriftReport report)
    {
        Windows.Add(1);
        if (report.IsScoreAlarm)
            Alarms.Add(1, Of("score"));
        if (report.IsCodeAlarm)
            Alarms.Add(1, Of("code"));
    }

    private static KeyValuePair<string, object?> Of(string what) => new("fashionae.drift.of", what);
}
