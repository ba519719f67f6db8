using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FashionAE.Extensions;

/// <summary>
/// Emits the metrics and traces of a service. Without a listener, it computes nothing. docs/monitoring.md lists the instruments.
/// </summary>
internal sealed class ServiceTelemetry(string name)
{
    private static readonly ActivitySource Source = new("FashionAE");
    private static readonly Meter Meter = new("FashionAE");

    private static readonly Histogram<double> Requests = Meter.CreateHistogram<double>(
        "fashionae.service.request.duration", "s", "The duration of a request, from the call to the answer.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [.0005, .001, .002, .003, .005, .007, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10],
        });

    private static readonly Histogram<int> Batches = Meter.CreateHistogram<int>(
        "fashionae.service.batch.size", "{request}", "The number of requests that were scored together.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });

    private static readonly UpDownCounter<int> Pending = Meter.CreateUpDownCounter<int>(
        "fashionae.service.queue.length", "{request}", "The number of requests that are being decoded or wait for a worker.");

    private static readonly Counter<int> Reloads = Meter.CreateCounter<int>(
        "fashionae.service.reloads", "{reload}", "The number of reloads of the model.");

    private readonly KeyValuePair<string, object?> _name = new("fashionae.service.name", name);

    /// <summary>Begins to measure a request.</summary>
    public Request Begin() => new(this, Source.StartActivity("fashionae.score"));

    public void AddPending(int difference) => Pending.Add(difference, _name);

    public void AddBatch(int size) => Batches.Record(size, _name);

    public void AddReload(Exception? error) => Reloads.Add(1, _name, ErrorType(error));

    private static KeyValuePair<string, object?> ErrorType(Exception? error) => new("error.type", error?.GetType().FullName);

    /// <summary>Measures one request until it is disposed.</summary>
    public readonly struct Request : IDisposable
    {
        private readonly ServiceTelemetry _telemetry;
        private readonly Activity? _activity;
        private readonly long _begin;

        public Request(ServiceTelemetry telemetry, Activity? activity)
        {
            (_telemetry, _activity, _begin) = (telemetry, activity, Stopwatch.GetTimestamp());
            _activity?.SetTag(telemetry._name.Key, telemetry._name.Value);
        }

        public void Fail(Exception error)
        {
            _activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            Record(error);
        }

        public void Succeed() => Record(null);

        public void Dispose() => _activity?.Dispose();

        private void Record(Exception? error)
        {
            if (!Requests.Enabled)
                return;
            var seconds = Stopwatch.GetElapsedTime(_begin).TotalSeconds;
            if (error is null)
                Requests.Record(seconds, _telemetry._name);
            else
                Requests.Record(seconds, _telemetry._name, ErrorType(error));
        }
    }
}
