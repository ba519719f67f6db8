using System.Threading.Channels;

namespace FashionAE.Extensions;

/// <summary>
/// Collects requests into batches, and scores several batches at the same time. If a worker slot is free, the thread of the request becomes
/// the worker until its request is answered. With few requests, no request therefore waits for another thread to wake up.
/// </summary>
internal sealed class BatchQueue : IAsyncDisposable
{
    // Null means that decoding a request has failed, so that a batch does not wait for it any longer.
    private readonly Channel<Request?> _queue = Channel.CreateUnbounded<Request?>();
    private readonly AutoencoderServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly ServiceTelemetry _telemetry;
    private readonly Func<IReadOnlyList<float[]>, IReadOnlyDictionary<string, object>[]> _score;
    private readonly Action<float[]> _scored;
    private readonly SemaphoreSlim _free;
    private int _pending;
    private int _decoding;

    /// <param name="score">The function that scores rows.</param>
    /// <param name="scored">The action that is called with each scored row, except probes.</param>
    public BatchQueue(
        AutoencoderServiceOptions options, TimeProvider time, ServiceTelemetry telemetry,
        Func<IReadOnlyList<float[]>, IReadOnlyDictionary<string, object>[]> score, Action<float[]> scored)
    {
        (_options, _time, _telemetry, _score, _scored) = (options, time, telemetry, score, scored);
        _free = new SemaphoreSlim(options.Workers);
    }

    /// <summary>Scores a row in a batch with other waiting rows.</summary>
    /// <param name="decode">
    /// The function that decodes the row. A batch waits for rows that are being decoded, but not for data that is being sent.
    /// </param>
    /// <param name="isProbe">Whether the row is from a health check instead of a caller.</param>
    /// <param name="stop">The token that cancels the request.</param>
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
        // A worker checks the queue again after it releases its slot, so that no request stays in the queue.
        if (_free.Wait(0, CancellationToken.None))
            await WorkAsync(request).ConfigureAwait(false);
        return await request.Answer.Task.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Stops accepting requests and scores the waiting ones.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
            return;
        for (var worker = 0; worker < _options.Workers; worker++)
            await _free.WaitAsync().ConfigureAwait(false);
        // Answer requests that arrived after the last check of a worker and before the queue was closed.
        while (_queue.Reader.TryPeek(out _))
            Answer(await GatherAsync().ConfigureAwait(false));
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

    /// <summary>Scores batches until the queue is empty, and releases the worker slot.</summary>
    /// <param name="own">
    /// The request that this thread belongs to; null for a thread of the pool. When the request is answered, another thread continues the
    /// work.
    /// </param>
    private async Task WorkAsync(Request? own)
    {
        do
        {
            while (_queue.Reader.TryPeek(out _))
            {
                if (own is not null && (own.Answer.Task.IsCompleted || own.Stop.IsCancellationRequested))
                {
                    _ = Task.Run(() => WorkAsync(own: null));
                    return;
                }
                Answer(await GatherAsync().ConfigureAwait(false));
            }
            _free.Release();
        }
        while (_queue.Reader.TryPeek(out _) && _free.Wait(0, CancellationToken.None));
    }

    /// <summary>Collects waiting requests, and requests that finish decoding within the longest wait.</summary>
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
                // Skip a canceled request: its caller no longer waits.
                if (!request.Stop.IsCancellationRequested)
                    batch.Add(request);
                continue;
            }
            var left = _options.LongestWait - _time.GetElapsedTime(begin);
            // Do not wait if another worker is free to score later requests. Timers count whole milliseconds.
            if (batch.Count == 0 || _free.CurrentCount > 0 || Volatile.Read(ref _decoding) == 0 || left < TimeSpan.FromMilliseconds(1))
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
        if (batch.Count == 0)
            return;
        try
        {
            _telemetry.AddBatch(batch.Count);
            var answers = _score([.. batch.Select(request => request.Values)]);
            for (var i = 0; i < answers.Length; i++)
                batch[i].Answer.TrySetResult(answers[i]);
        }
#pragma warning disable CA1031 // The exception is the answer to the request.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // A step may have rejected one row of the batch. Score each row separately, so that the other rows get their scores.
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
