using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Counts the reads of a view with costly columns. The third read writes a warning that recommends a cache. Instances are thread-safe.
/// </summary>
/// <param name="environment">The environment to log to.</param>
/// <param name="source">The name of the transformer, which is the source of the message.</param>
/// <param name="columns">The names of the columns that each read computes again.</param>
internal sealed class RepeatedReads(IHostEnvironment environment, string source, IEnumerable<string> columns)
{
    // A read of at most this many rows, such as a preview, counts only if it reaches the end of the view.
    private const int ShortRead = 1000;
    private const int Many = 3;

    private int _count;

    /// <summary>Watches the cursors of one read: one cursor, or the set that shares the rows of the view.</summary>
    public DataViewRowCursor[] Watch(DataViewRowCursor[] cursors)
    {
        var read = new Read(this);
        return Array.ConvertAll(cursors, cursor => (DataViewRowCursor)new WatchedCursor(cursor, read));
    }

    private void Add()
    {
        if (Interlocked.Increment(ref _count) != Many)
            return;
        using var channel = environment.Start(source);
        channel.Warning(
            MessageSensitivity.Schema,
            $"A view with the computed columns '{string.Join("', '", columns)}' is read for the third time, and each read computes"
            + " them again. To compute them only once, put .AppendCacheCheckpoint(ml) before a trainer, or read ml.Data.Cache(view).");
    }

    /// <summary>Counts a read once: when a cursor reaches its end, or when all cursors together exceed <see cref="ShortRead"/>.</summary>
    private sealed class Read(RepeatedReads reads)
    {
        private int _rows;
        private bool _isCounted;

        public void Moved(bool isAtRow)
        {
            if (Volatile.Read(ref _isCounted))
                return;
            var rows = isAtRow ? Interlocked.Increment(ref _rows) : Volatile.Read(ref _rows);
            if ((rows > ShortRead || (!isAtRow && rows > 0)) && !Interlocked.Exchange(ref _isCounted, true))
                reads.Add();
        }
    }

    /// <summary>Reports each move to the read.</summary>
    private sealed class WatchedCursor(DataViewRowCursor input, Read read) : PassingCursor(input)
    {
        public override bool MoveNext()
        {
            var isAtRow = base.MoveNext();
            read.Moved(isAtRow);
            return isAtRow;
        }
    }
}
