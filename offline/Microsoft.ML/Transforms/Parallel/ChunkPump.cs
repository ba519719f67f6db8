using System.Collections.Concurrent;

namespace Microsoft.ML.Data;

/// <summary>
/// Moves a cursor on a thread of its own and hands its rows over in chunks. There are so many chunks and no more: when all of them are
/// full, the thread waits until one comes back.
/// </summary>
internal sealed class ChunkPump
{
    private readonly DataViewRowCursor _cursor;
    private readonly Delegate[] _getters;
    private readonly ValueGetter<DataViewRowId> _idGetter;
    private readonly BlockingCollection<RowChunk> _empty = [];
    private readonly BlockingCollection<RowChunk> _full = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Thread _thread;
    private Exception _failure;
    private bool _stopped;

    public ChunkPump(DataViewRowCursor cursor, IReadOnlyList<DataViewSchema.Column> columns, int chunks)
    {
        _cursor = cursor;
        _getters = columns.Select(column => cursor.GetGetter(column)).ToArray();
        _idGetter = cursor.GetIdGetter();
        for (var i = 0; i < chunks; i++)
            _empty.Add(new RowChunk(columns));
    }

    public void Start()
    {
        lock (_lock)
        {
            if (_thread is not null || _stopped)
                return;
            _thread = new Thread(Run) { IsBackground = true, Name = nameof(ChunkPump) };
            _thread.Start();
        }
    }

    /// <returns>The next chunk, or null when there are no more.</returns>
    public RowChunk Take()
    {
        if (_full.TryTake(out var chunk, Timeout.Infinite))
            return chunk;
        return _failure is null
            ? null
            : throw new InvalidOperationException("Splitter/consolidator worker encountered exception while consuming source data", _failure);
    }

    public void GiveBack(RowChunk chunk) => _empty.Add(chunk);

    /// <summary>Has the thread end, which then disposes the cursor. Where it never began there is nothing to take.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (_thread is null && !_stopped)
                _full.CompleteAdding();
            _stopped = true;
        }
        _stop.Cancel();
    }

    /// <summary>Comes back when the thread has ended and the cursor is disposed.</summary>
    public void Stop()
    {
        Cancel();
        if (_thread is null)
            _cursor.Dispose();
        else
            _thread.Join();
    }

    private void Run()
    {
        try
        {
            using (_cursor)
                Pump();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody reads on.
        }
        catch (Exception e)
        {
            _failure = e;
        }
        finally
        {
            _full.CompleteAdding();
        }
    }

    private void Pump()
    {
        var (more, number) = (true, 0L);
        while (more)
        {
            var chunk = _empty.Take(_stop.Token);
            (chunk.Count, chunk.Number) = (0, number++);
            try
            {
                while (chunk.Count < RowChunk.Capacity && (more = _cursor.MoveNext()))
                {
                    Read(chunk, chunk.Count);
                    chunk.Count++;
                    _stop.Token.ThrowIfCancellationRequested();
                }
            }
            finally
            {
                // The rows before an exception count.
                if (chunk.Count > 0)
                    _full.Add(chunk);
            }
        }
    }

    private void Read(RowChunk chunk, int row)
    {
        for (var i = 0; i < _getters.Length; i++)
            chunk.Columns[i].Fill(_getters[i], row);
        chunk.Batches[row] = _cursor.Batch;
        _idGetter(ref chunk.Ids[row]);
    }
}
