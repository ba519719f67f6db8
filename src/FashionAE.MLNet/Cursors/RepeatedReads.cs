using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Counts the reads of one view whose columns are costly, and at the third one writes a warning that names the remedy, a cache. It can be
/// used by several threads at the same time.
/// </summary>
/// <param name="environment">The environment whose log gets the warning.</param>
/// <param name="source">The name of the transformer, which becomes the source of the message.</param>
/// <param name="columns">The names of the columns that every read computes anew.</param>
internal sealed class RepeatedReads(IHostEnvironment environment, string source, IEnumerable<string> columns)
{
    // A preview reads no more rows: such a look at the data does not count, unless the view ends before.
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
            $"A view with the computed columns '{string.Join("', '", columns)}' is read for the third time, and every read computes"
            + " them anew. To compute them once, put .AppendCacheCheckpoint(ml) before a trainer, or read ml.Data.Cache(view).");
    }

    /// <summary>Counts once, when a cursor reaches the end of its rows, or all of them together have passed many.</summary>
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

    /// <summary>Tells the read of every move.</summary>
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
