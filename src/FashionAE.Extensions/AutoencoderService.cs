using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FashionAE.Extensions;

/// <summary>Gathers requests into batches, which a few workers score by the model of the moment.</summary>
internal sealed partial class AutoencoderService : IAutoencoderService, IDisposable, IAsyncDisposable
{
    private readonly AutoencoderServiceOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly ServiceTelemetry _telemetry;
    private readonly PictureInput _pictures;
    private readonly Channel<Request> _queue = Channel.CreateUnbounded<Request>();
    private readonly SemaphoreSlim _reloading = new(1);
    private readonly Task _workers;
    private volatile Served _served;
    private int _pending;
    private int _decoding;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The model cannot be served.</exception>
    public AutoencoderService(string name, AutoencoderServiceOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        options.Check();
        (Name, _options, _loggers, _time) = (name, options, loggers, time);
        _log = loggers.CreateLogger("FashionAE.Extensions.AutoencoderService");
        _telemetry = new ServiceTelemetry(name);
        _served = Load();
        _pictures = new PictureInput(options);
        _workers = Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => Task.Run(WorkAsync)));
    }

    public string Name { get; }

    public ServedModelInfo Model => _served is var served && served.Drift?.Report is { } report
        ? served.Info with { Drift = report }
        : served.Info;

    /// <summary>Gets the version of the file that is served.</summary>
    public FileVersion Version => _served.Model.Version;

    public async Task<IReadOnlyDictionary<string, object>> ScoreAsync(Stream picture, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return await MeasureAsync(async stop =>
        {
            var options = _pictures.OptionsFor(_served.Model.Pipeline);
            var bytes = await _pictures.ReadAsync(picture, stop);
            return await InQueueAsync(async () =>
            {
                // A batch waits for the pictures that are decoded, but not for those that are still sent.
                Interlocked.Increment(ref _decoding);
                try
                {
                    return Enqueue(await _pictures.DecodeAsync(bytes, options, stop), stop);
                }
                finally
                {
                    Interlocked.Decrement(ref _decoding);
                }
            }, stop);
        }, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, object>> ScoreAsync(float[] values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(values);
        var size = _served.Model.Pipeline.InputType.Size;
        if (values.Length != size)
            throw new ArgumentException($"There are {values.Length} numbers, but an input of the model has {size}.", nameof(values));
        return await MeasureAsync(stop => InQueueAsync(() => Task.FromResult(Enqueue(values, stop)), stop), cancellationToken);
    }

    public async Task ReloadAsync(CancellationToken cancellationToken = default)
    {
        await _reloading.WaitAsync(cancellationToken);
        var old = _served;
        try
        {
            ObjectDisposedException.ThrowIf(_queue.Reader.Completion.IsCompleted, this);
            var next = await Task.Run(Load, CancellationToken.None);
            try
            {
                CheckShape(next.Model, old.Model);
            }
            catch
            {
                await next.RetireAsync();
                throw;
            }
            _served = next;
            await old.RetireAsync();
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

    /// <summary>Scores a row by the model of the moment, past the queue.</summary>
    public IReadOnlyDictionary<string, object> ScoreNow(float[] values) => Score([values])[0];

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Scores what waits, then frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
            return;
        await _workers;
        await _reloading.WaitAsync();
        await _served.RetireAsync();
        _reloading.Release();
        _pictures.Dispose();
    }

    private Served Load()
    {
        var model = ServedModel.Load(_options, _loggers);
        var autoencoder = model.Pipeline.Autoencoder;
        var info = new ServedModelInfo(
            Path.GetFullPath(_options.ModelFile), _time.GetUtcNow(), model.Pipeline.InputType.Size, autoencoder.LatentSize, model.Columns);
        var drift = model.Drift is var (monitor, source) ? new DriftWatch(monitor, source, _options, _time, LogDrift) : null;
        return new Served(model, info, drift);
    }

    // Requests that wait have the old shape.
    private void CheckShape(ServedModel next, ServedModel old)
    {
        if (!next.Pipeline.InputType.Equals(old.Pipeline.InputType))
            throw new InvalidDataException(
                $"The model '{_options.ModelFile}' cannot be served: its inputs are {next.Pipeline.InputType}, those of the service"
                + $" {old.Pipeline.InputType}. Start the service anew for another shape.");
    }

    private async Task<IReadOnlyDictionary<string, object>> MeasureAsync(
        Func<CancellationToken, Task<IReadOnlyDictionary<string, object>>> score, CancellationToken cancellationToken)
    {
        using var request = _telemetry.Begin();
        using var deadline = new CancellationTokenSource(_options.Deadline, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var answer = await score(both.Token);
            request.Succeed();
            return answer;
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var late = new TimeoutException($"The request took longer than {_options.Deadline}, the deadline of the service '{Name}'.", e);
            request.Fail(late);
            throw late;
        }
        catch (Exception e)
        {
            request.Fail(e);
            throw;
        }
    }

    private async Task<IReadOnlyDictionary<string, object>> InQueueAsync(Func<Task<Request>> enqueue, CancellationToken stop)
    {
        _telemetry.AddPending(1);
        try
        {
            if (Interlocked.Increment(ref _pending) > _options.QueueLength)
                throw new AutoencoderBusyException(
                    $"{_options.QueueLength:N0} requests are waiting in the service '{Name}': try again later.");
            return await (await enqueue()).Answer.Task.WaitAsync(stop);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
            _telemetry.AddPending(-1);
        }
    }

    private Request Enqueue(float[] values, CancellationToken stop)
    {
        var request = new Request(values, stop);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(request), this);
        return request;
    }

    private async Task WorkAsync()
    {
        var batch = new List<Request>(_options.LargestBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            await GatherAsync(batch);
            if (batch.Count > 0)
                Answer(batch);
            batch.Clear();
        }
    }

    /// <summary>Takes what waits, and what is being decoded if that does not take too long.</summary>
    private async Task GatherAsync(List<Request> batch)
    {
        var begin = _time.GetTimestamp();
        while (batch.Count < _options.LargestBatch)
        {
            if (_queue.Reader.TryRead(out var request))
            {
                // Nobody waits for one that was canceled.
                if (!request.Stop.IsCancellationRequested)
                    batch.Add(request);
                continue;
            }
            var left = _options.LongestWait - _time.GetElapsedTime(begin);
            if (batch.Count == 0 || Volatile.Read(ref _decoding) == 0 || left <= TimeSpan.Zero)
                return;
            await Task.WhenAny(_queue.Reader.WaitToReadAsync().AsTask(), Task.Delay(left, _time));
        }
    }

    private void Answer(List<Request> batch)
    {
        _telemetry.AddBatch(batch.Count);
        try
        {
            var answers = Score([.. batch.Select(request => request.Values)]);
            for (var i = 0; i < answers.Length; i++)
                batch[i].Answer.TrySetResult(answers[i]);
            if (_served.Drift is { } drift)
                batch.ForEach(request => drift.Offer(request.Values));
        }
#pragma warning disable CA1031 // It is the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // A step may refuse a single row: the others shall have their scores.
            foreach (var request in batch)
                if (batch.Count == 1)
                    request.Answer.TrySetException(e);
                else
                    Answer([request]);
        }
    }

    private IReadOnlyDictionary<string, object>[] Score(IReadOnlyList<float[]> rows)
    {
        var model = _served.Model;
        while (!model.TryLease())
        {
            // It was replaced between the two lines.
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

    [LoggerMessage(1, LogLevel.Information, "The model of the service '{Service}' was loaded again from '{File}'.")]
    private partial void LogReloaded(string service, string file);

    [LoggerMessage(2, LogLevel.Error, "The service '{Service}' keeps its old model: {Reason}")]
    private partial void LogReloadFailed(string service, string reason);

    private void LogDrift(DriftReport report) => LogDrift(report.IsAlarm ? LogLevel.Warning : LogLevel.Debug, Name, report);

    [LoggerMessage(EventId = 3, Message = "The service '{Service}' compared new rows with those of the training. {Report}")]
    private partial void LogDrift(LogLevel level, string service, DriftReport report);

    private sealed record Served(ServedModel Model, ServedModelInfo Info, DriftWatch? Drift)
    {
        /// <summary>Frees the model when the last batch of it is done.</summary>
        public async ValueTask RetireAsync()
        {
            if (Drift is not null)
                await Drift.DisposeAsync();
            Model.Release();
        }
    }

    private sealed record Request(float[] Values, CancellationToken Stop)
    {
        public TaskCompletionSource<IReadOnlyDictionary<string, object>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
