using System.Threading.Channels;

namespace FashionAE.Extensions;

/// <summary>
/// Passes scored rows to a drift monitor in the background, and pauses after each window of rows. The monitor scores the rows again,
/// because the output of the pipeline may not contain the values that the monitor compares.
/// </summary>
internal sealed class DriftWatch : IAsyncDisposable
{
    private readonly DriftMonitor _monitor;
    private readonly Action<DriftReport> _found;
    private readonly Action<Exception> _failed;
    private readonly AutoencoderServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<float[]> _rows;
    private readonly Task _work;

    /// <param name="found">The action that is called with the report of each window.</param>
    /// <param name="failed">The action that is called with the exception of the first of successive windows that fail.</param>
    public DriftWatch(
        DriftMonitor monitor, SourceRows source, AutoencoderServiceOptions options, TimeProvider time, Action<DriftReport> found,
        Action<Exception> failed)
    {
        (_monitor, _options, _time, _found, _failed) = (monitor, options, time, found, failed);
        // While one window is compared, the channel keeps the first rows of the next window and drops all others.
        _rows = Channel.CreateBounded<float[]>(
            new BoundedChannelOptions(options.Drift!.Window) { FullMode = BoundedChannelFullMode.DropWrite });
        _work = Task.Run(() => WorkAsync(source));
    }

    /// <summary>Gets the report of the latest window; null before the first one.</summary>
    public DriftReport? Report => _monitor.Report;

    /// <summary>Adds a row, unless enough rows are waiting.</summary>
    public void Offer(float[] row) => _rows.Writer.TryWrite(row);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _monitor.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync(SourceRows source)
    {
        var hasFailed = false;
        while (true)
        {
            var begin = _time.GetTimestamp();
            try
            {
                await CompareWindowAsync(source).ConfigureAwait(false);
                hasFailed = false;
            }
#pragma warning disable CA1031 // The scoring of rows and the log may throw any exception. The next window may succeed.
            catch (Exception e) when (!_stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!hasFailed)
                    Log(e);
                hasFailed = true;
            }
            var pause = _options.DriftInterval - _time.GetElapsedTime(begin);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(false);
        }
    }

    private void Log(Exception failure)
    {
        try
        {
            _failed(failure);
        }
#pragma warning disable CA1031 // A log that fails must not end the comparison.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private async Task CompareWindowAsync(SourceRows source)
    {
        for (var count = 0; count < _options.Drift!.Window;)
        {
            var batch = new List<float[]> { await _rows.Reader.ReadAsync(_stop.Token).ConfigureAwait(false) };
            while (batch.Count < _options.LargestBatch && count + batch.Count < _options.Drift.Window
                && _rows.Reader.TryRead(out var row))
                batch.Add(row);
            source.Set(batch);
            foreach (var report in _monitor.Observe(source.View))
                _found(report);
            count += batch.Count;
        }
    }
}
