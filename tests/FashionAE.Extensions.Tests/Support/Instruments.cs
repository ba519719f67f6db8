using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FashionAE.Extensions.Tests.Support;

/// <summary>Records the measurements of the meter FashionAE for one service.</summary>
internal sealed class Instruments : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string? Error)> _measured = [];

    private readonly ManualResetEventSlim _entered = new();
    private readonly ManualResetEventSlim _released = new(true);

    /// <param name="service">The name of the service.</param>
    /// <param name="holdsBatch">Whether to block the worker of the first batch until <see cref="Release"/>.</param>
    public Instruments(string service, bool holdsBatch = false)
    {
        if (holdsBatch)
            _released.Reset();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "FashionAE")
                listener.EnableMeasurementEvents(instrument);
        };
        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? error = null;
            var isOurs = false;
            foreach (var (key, tag) in tags)
            {
                isOurs |= key == "fashionae.service.name" && (string?)tag == service;
                error = key == "error.type" ? (string?)tag : error;
            }
            if (isOurs)
                _measured.Enqueue((instrument.Name, value, error));
            if (isOurs && instrument.Name == "fashionae.service.batch.size")
            {
                _entered.Set();
                _released.Wait();
            }
        }

        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Waits until a worker is blocked.</summary>
    public void WaitForWorker() => _entered.Wait();

    public void Release() => _released.Set();

    public double[] ValuesOf(string name) => [.. _measured.Where(of => of.Name == name).Select(of => of.Value)];

    public string?[] ErrorsOf(string name) => [.. _measured.Where(of => of.Name == name).Select(of => of.Error)];

    public void Dispose()
    {
        _released.Set();
        _listener.Dispose();
    }
}
