using System.Threading.Channels;

namespace FashionAE.Extensions;

/// <summary>Gathers requests into batches, and scores a few batches at the same time.</summary>
internal sealed class BatchQueue : IAsyncDisposable
{
    // Null says that a request has ended before it could be scored: a batch need not wait for it any longer.
    private readonly Channel<Request?> _queue = Channel.CreateUnbounded<Request?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly AutoencoderServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly ServiceTelemetry _telemetry;
    private readonly Func<IReadOnlyList<float[]>, IReadOnlyDictionary<string, object>[]> _score;
    private readonly Action<float[]> _scored;
    private readonly SemaphoreSlim _free;
    private readonly Task _dispatching;
    private int _pending;
    private int _decoding;

    /// <param name="score">Scores rows.</param>
    /// <param name="scored">Called with each row that has been scored, except probes.</param>
    public BatchQueue(
        AutoencoderServiceOptions options, TimeProvider time, ServiceTelemetry telemetry,
        Func<IReadOnlyList<float[]>, IReadOnlyDictionary<string, object>[]> score, Action<float[]> scored)
    {
        (_options, _time, _telemetry, _score, _scored) = (options, time, telemetry, score, scored);
        _free = new SemaphoreSlim(options.Workers);
        _dispatching = Task.Run(DispatchAsync);
    }

    /// <summary>Scores a row with others that wait.</summary>
    /// <param name="decode">Makes the row. A batch waits for rows that are being made, but not for what is still sent.</param>
    /// <param name="isProbe">Whether the row is not a user's.</param>
    /// <param name="stop">Cancels the request.</param>
    /// <exception cref="AutoencoderBusyException">Too many requests are waiting.</exception>
    public async Task<IReadOnlyDictionary<string, object>> ScoreAsync(
        Func<Task<float[]>> decode, bool isProbe, CancellationToken stop)
    {
        Enter();
        Request request;
        Interlocked.Increment(ref _decoding);
        try
        {
            request = new Request(await decode().ConfigureAwait(false), isProbe, stop);
        }
        catch
        {
            Interlocked.Decrement(ref _decoding);
            _queue.Writer.TryWrite(null);
            Leave();
            throw;
        }
        Interlocked.Decrement(ref _decoding);
        if (!_queue.Writer.TryWrite(request))
        {
            Leave();
            throw new ObjectDisposedException(nameof(IAutoencoderService));
        }
        return await request.Answer.Task.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Scores what waits, and accepts nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _dispatching.ConfigureAwait(false);
    }

    private void Enter()
    {
        _telemetry.AddPending(1);
        if (Interlocked.Increment(ref _pending) <= _options.QueueLength)
            return;
        Leave();
        throw new AutoencoderBusyException($"{_options.QueueLength:N0} requests are waiting: try again later.");
    }

    private void Leave()
    {
        Interlocked.Decrement(ref _pending);
        _telemetry.AddPending(-1);
    }

    private async Task DispatchAsync()
    {
        await _free.WaitAsync().ConfigureAwait(false);
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var batch = await GatherAsync().ConfigureAwait(false);
            if (batch.Count == 0)
                continue;
            _ = Task.Run(() =>
            {
                Answer(batch);
                _free.Release();
            });
            await _free.WaitAsync().ConfigureAwait(false);
        }
        for (var worker = 1; worker < _options.Workers; worker++)
            await _free.WaitAsync().ConfigureAwait(false);
    }

    /// <summary>Takes what waits, and what is being decoded if that does not take too long.</summary>
    private async Task<List<Request>> GatherAsync()
    {
        var (begin, batch) = (_time.GetTimestamp(), new List<Request>());
        while (batch.Count < _options.LargestBatch)
        {
            if (_queue.Reader.TryRead(out var request))
            {
                if (request is null)
                    continue;
                Leave();
                // Nobody waits for one that was canceled.
                if (!request.Stop.IsCancellationRequested)
                    batch.Add(request);
                continue;
            }
            var left = _options.LongestWait - _time.GetElapsedTime(begin);
            // Timers count whole milliseconds.
            if (batch.Count == 0 || Volatile.Read(ref _decoding) == 0 || left < TimeSpan.FromMilliseconds(1))
                break;
            using var over = new CancellationTokenSource(left, _time);
            var arrived = _queue.Reader.WaitToReadAsync(over.Token).AsTask();
            await ((Task)arrived).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!arrived.IsCompletedSuccessfully || !arrived.Result)
                break;
        }
        return batch;
    }

    private void Answer(List<Request> batch)
    {
        try
        {
            _telemetry.AddBatch(batch.Count);
            var answers = _score([.. batch.Select(request => request.Values)]);
            for (var i = 0; i < answers.Length; i++)
                batch[i].Answer.TrySetResult(answers[i]);
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
            return;
        }
        foreach (var request in batch)
            if (!request.IsProbe)
                _scored(request.Values);
    }

    private sealed record Request(float[] Values, bool IsProbe, CancellationToken Stop)
    {
        public TaskCompletionSource<IReadOnlyDictionary<string, object>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
