using Microsoft.Extensions.Logging;

namespace FashionAE.Extensions;

/// <summary>Scores requests with the current model, and reloads the model.</summary>
internal sealed partial class AutoencoderService : IAutoencoderService, IDisposable, IAsyncDisposable
{
    private readonly AutoencoderServiceOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly ServiceTelemetry _telemetry;
    private readonly PictureInput _pictures;
    private readonly BatchQueue _queue;
    private readonly SemaphoreSlim _reloading = new(1);
    private volatile Served _served;
    private bool _isDisposed; // guarded by _reloading

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidDataException">The model cannot be served.</exception>
    public AutoencoderService(string name, AutoencoderServiceOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        options.Check();
        (Name, _options, _loggers, _time) = (name, options, loggers, time);
        _log = loggers.CreateLogger("FashionAE.Extensions.AutoencoderService");
        _telemetry = new ServiceTelemetry(name);
        _served = Load();
        _pictures = new PictureInput(options);
        _queue = new BatchQueue(options, time, _telemetry, Score, row => _served.Drift?.Offer(row));
    }

    public string Name { get; }

    public ServedModelInfo Model => _served is var served && served.Drift?.Report is { } report
        ? served.Info with { Drift = report }
        : served.Info;

    /// <summary>Gets the file version of the current model.</summary>
    public FileVersion Version => _served.Model.Version;

    public async Task<IReadOnlyDictionary<string, object>> ScoreAsync(Stream picture, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return await MeasureAsync(async stop =>
        {
            var options = _pictures.OptionsFor(_served.Model.Pipeline);
            var bytes = await _pictures.ReadAsync(picture, stop).ConfigureAwait(false);
            return await _queue.ScoreAsync(() => _pictures.DecodeAsync(bytes, options, stop), isProbe: false, stop).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyDictionary<string, object>> ScoreAsync(float[] values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(values);
        var size = _served.Model.Pipeline.InputType.Size;
        if (values.Length != size)
            throw new ArgumentException($"The array has {values.Length} values, but an input of the model has {size}.", nameof(values));
        return await MeasureAsync(stop => _queue.ScoreAsync(() => Task.FromResult(values), isProbe: false, stop), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Scores zeros to check that the service works. The drift monitor and the histogram of request durations ignore them.
    /// </summary>
    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        var zeros = new float[_served.Model.Pipeline.InputType.Size];
        return WithinDeadlineAsync(stop => _queue.ScoreAsync(() => Task.FromResult(zeros), isProbe: true, stop), cancellationToken);
    }

    public async Task ReloadAsync(CancellationToken cancellationToken = default)
    {
        await _reloading.WaitAsync(cancellationToken).ConfigureAwait(false);
        var old = _served;
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var next = await Task.Run(Load, CancellationToken.None).ConfigureAwait(false);
            try
            {
                CheckReplaces(next.Model, old.Model);
            }
            catch
            {
                await next.RetireAsync().ConfigureAwait(false);
                throw;
            }
            _served = next;
            await old.RetireAsync().ConfigureAwait(false);
            _telemetry.AddReload(null);
            LogReloaded(Name, _options.ModelFile);
        }
        catch (InvalidDataException e)
        {
            _served = old with { Info = old.Info with { ReloadError = e.Message } };
            _telemetry.AddReload(e);
            LogReloadFailed(Name, e.Message);
            throw;
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>Clears the error of a failed reload. Call it when the file is the version of the current model again.</summary>
    public void ForgetReloadError()
    {
        if (_served is { Info.ReloadError: not null } served)
            // This does nothing if another thread has replaced the model in the meantime.
            Interlocked.CompareExchange(ref _served, served with { Info = served.Info with { ReloadError = null } }, served);
    }

    // Run on another thread, because continuations may need the thread of the caller.
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();

    /// <summary>Scores the waiting requests, then releases the model.</summary>
    public async ValueTask DisposeAsync()
    {
        await _reloading.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            await _queue.DisposeAsync().ConfigureAwait(false);
            await _served.RetireAsync().ConfigureAwait(false);
            _pictures.Dispose();
        }
        finally
        {
            _reloading.Release();
        }
    }

    private Served Load()
    {
        var model = ServedModel.Load(_options, _loggers);
        var autoencoder = model.Pipeline.Autoencoder;
        var info = new ServedModelInfo(
            Path.GetFullPath(_options.ModelFile), _time.GetUtcNow(), model.Pipeline.InputType.Size, autoencoder.LatentSize, model.Columns)
        {
            WrittenAt = model.Version.Written,
        };
        var drift = model.Drift is var (monitor, source)
            ? new DriftWatch(monitor, source, _options, _time, LogDrift, e => LogDriftFailed(Name, e.Message))
            : null;
        return new Served(model, info, drift);
    }

    private void CheckReplaces(ServedModel next, ServedModel old)
    {
        if (Difference(next, old) is { } difference)
            throw new InvalidDataException(
                $"The model '{_options.ModelFile}' cannot replace the current one: {difference}. Restart the service to use it.");
    }

    // Waiting requests have pixels with the old shape and options. Callers expect the old columns, and compare latent vectors.
    private static string? Difference(ServedModel next, ServedModel old)
    {
        var (type, size) = (next.Pipeline.InputType, next.Pipeline.Autoencoder.LatentSize);
        if (!type.Equals(old.Pipeline.InputType))
            return $"its inputs are {type}, and the inputs of the service are {old.Pipeline.InputType}";
        if (next.Pipeline.Pixels != old.Pipeline.Pixels)
            return "it converts pictures to pixels with other options";
        if (size != old.Pipeline.Autoencoder.LatentSize)
            return $"its latent vectors have {size} values, and those of the service have {old.Pipeline.Autoencoder.LatentSize}";
        return old.Columns.Except(next.Columns).FirstOrDefault() is { } lost ? $"it has no column '{lost}', which answers contain" : null;
    }

    private async Task<IReadOnlyDictionary<string, object>> MeasureAsync(
        Func<CancellationToken, Task<IReadOnlyDictionary<string, object>>> score, CancellationToken cancellationToken)
    {
        using var request = _telemetry.Begin();
        try
        {
            var answer = await WithinDeadlineAsync(score, cancellationToken).ConfigureAwait(false);
            request.Succeed();
            return answer;
        }
        catch (Exception e)
        {
            request.Fail(e);
            throw;
        }
    }

    private async Task<IReadOnlyDictionary<string, object>> WithinDeadlineAsync(
        Func<CancellationToken, Task<IReadOnlyDictionary<string, object>>> score, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.Deadline, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await score(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The request took longer than {_options.Deadline}, the deadline of the service '{Name}'.", e);
        }
    }

    private IReadOnlyDictionary<string, object>[] Score(IReadOnlyList<float[]> rows)
    {
        var model = _served.Model;
        while (!model.TryLease())
        {
            // Another thread replaced the model before this thread began its lease.
            ObjectDisposedException.ThrowIf(model == _served.Model, this);
            model = _served.Model;
        }
        try
        {
            return model.Score(rows);
        }
        finally
        {
            model.Release();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The service '{Service}' reloaded its model from '{File}'.")]
    private partial void LogReloaded(string service, string file);

    [LoggerMessage(2, LogLevel.Error, "The service '{Service}' keeps its old model: {Reason}")]
    private partial void LogReloadFailed(string service, string reason);

    private void LogDrift(DriftReport report) => LogDrift(report.IsAlarm ? LogLevel.Warning : LogLevel.Debug, Name, report);

    [LoggerMessage(EventId = 3, Message = "The service '{Service}' compared new rows with the reference rows. {Report}")]
    private partial void LogDrift(LogLevel level, string service, DriftReport report);

    [LoggerMessage(4, LogLevel.Error, "The service '{Service}' could not compare new rows with the reference rows: {Reason}")]
    private partial void LogDriftFailed(string service, string reason);

    private sealed record Served(ServedModel Model, ServedModelInfo Info, DriftWatch? Drift)
    {
        /// <summary>Stops the drift monitor, and releases the model after its last batch.</summary>
        public async ValueTask RetireAsync()
        {
            if (Drift is not null)
                await Drift.DisposeAsync().ConfigureAwait(false);
            Model.Release();
        }
    }
}
