using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FashionAE.Extensions.Tests.Support;

/// <summary>Keeps what the meter FashionAE measures of one service.</summary>
internal sealed class Instruments : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string? Error)> _measured = [];

    public Instruments(string service)
    {
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
        }

        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public double[] ValuesOf(string name) => [.. _measured.Where(of => of.Name == name).Select(of => of.Value)];

    public string?[] ErrorsOf(string name) => [.. _measured.Where(of => of.Name == name).Select(of => of.Error)];

    public void Dispose() => _listener.Dispose();
}
