namespace Microsoft.ML.Data;

/// <summary>
/// One of several cursors that share the rows of another, a chunk at a time. The other one is moved on a thread of its own. Whoever
/// comes first gets the next chunk, so the cursors need not be moved at the same time.
/// </summary>
internal sealed class SplitCursor : ChunkCursor
{
    private readonly Source _source;

    private SplitCursor(Source source, DataViewSchema schema, IReadOnlyList<DataViewSchema.Column> columns)
        : base(schema, columns) => _source = source;

    ~SplitCursor() => Dispose(false);

    /// <summary>Gets the number of the chunk: the order in which the rows came.</summary>
    public override long Batch => Chunk?.Number ?? -1;

    public static DataViewRowCursor[] Split(DataViewRowCursor cursor, IReadOnlyList<DataViewSchema.Column> columns, int n)
    {
        // A chunk for every cursor, which may keep it as long as it likes, and two to go on with.
        var source = new Source(new ChunkPump(cursor, columns, n + 2), n);
        return Enumerable.Range(0, n).Select(_ => (DataViewRowCursor)new SplitCursor(source, cursor.Schema, columns)).ToArray();
    }

    protected override bool MoveNextRow()
    {
        if (Chunk is not null && Row + 1 < Chunk.Count)
        {
            Row++;
            return true;
        }
        GiveBack();
        _source.Pump.Start();
        (Chunk, Row) = (_source.Pump.Take(), 0);
        return Chunk is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            GiveBack();
        _source.Leave(disposing);
        base.Dispose(disposing);
    }

    private void GiveBack()
    {
        if (Chunk is { } chunk)
            _source.Pump.GiveBack(chunk);
        Chunk = null;
    }

    /// <summary>What the cursors share; the last one to leave ends it.</summary>
    private sealed class Source(ChunkPump pump, int cursors)
    {
        private int _cursors = cursors;

        public ChunkPump Pump => pump;

        public void Leave(bool wait)
        {
            if (Interlocked.Decrement(ref _cursors) > 0)
                return;
            if (wait)
                pump.Stop();
            else
                pump.Cancel();
        }
    }
}
