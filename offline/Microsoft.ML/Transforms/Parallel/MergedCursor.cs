namespace Microsoft.ML.Data;

/// <summary>A set of cursors, each moved on a thread of its own, as one cursor. The rows are in the order of their batches.</summary>
internal sealed class MergedCursor : ChunkCursor
{
    private const int ChunksOfCursor = 3;

    private readonly ChunkPump[] _pumps;
    // Of every cursor: the rows that are there, and the next of them.
    private readonly RowChunk[] _chunks;
    private readonly int[] _rows;
    private int _current = -1;
    private bool _started;
    private bool _failed;

    public MergedCursor(DataViewRowCursor[] cursors, IReadOnlyList<DataViewSchema.Column> columns)
        : base(cursors[0].Schema, columns)
    {
        _pumps = Array.ConvertAll(cursors, cursor => new ChunkPump(cursor, columns, ChunksOfCursor));
        _chunks = new RowChunk[cursors.Length];
        _rows = new int[cursors.Length];
    }

    // Whoever neither reads to the end nor disposes must not leave threads behind. They do not know the cursor, so this is called.
    ~MergedCursor() => Dispose(false);

    public override long Batch => 0;

    protected override bool MoveNextRow()
    {
        if (_failed)
            throw new InvalidOperationException("The cursor has thrown before, and cannot go on.");
        _failed = true;
        var moved = MoveOn();
        _failed = false;
        return moved;
    }

    protected override void Dispose(bool disposing)
    {
        // There are none where the constructor failed. All are told before one is waited for, so they end at the same time.
        foreach (var pump in _pumps ?? [])
            pump.Cancel();
        if (disposing)
            foreach (var pump in _pumps)
                pump.Stop();
        base.Dispose(disposing);
    }

    private bool MoveOn()
    {
        if (!_started)
        {
            _started = true;
            foreach (var pump in _pumps)
                pump.Start();
            for (var i = 0; i < _pumps.Length; i++)
                _chunks[i] = _pumps[i].Take();
        }
        else if (_current < 0)
        {
            return false;
        }
        else
        {
            var batch = BatchOf(_current);
            Advance(_current);
            if (_chunks[_current] is not null && BatchOf(_current) == batch)
                return Show(_current);
        }

        var first = -1;
        for (var i = 0; i < _chunks.Length; i++)
            if (_chunks[i] is not null && (first < 0 || BatchOf(i) < BatchOf(first)))
                first = i;
        return Show(first);
    }

    private long BatchOf(int cursor) => _chunks[cursor].Batches[_rows[cursor]];

    private void Advance(int cursor)
    {
        if (++_rows[cursor] < _chunks[cursor].Count)
            return;
        var chunk = _chunks[cursor];
        (_chunks[cursor], _rows[cursor]) = (null, 0);
        _pumps[cursor].GiveBack(chunk);
        _chunks[cursor] = _pumps[cursor].Take();
    }

    private bool Show(int cursor)
    {
        _current = cursor;
        (Chunk, Row) = cursor < 0 ? (null, 0) : (_chunks[cursor], _rows[cursor]);
        return cursor >= 0;
    }
}
