using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A view that wraps another one and records its calls. It can serve cursor sets, number its batches and fail.</summary>
internal sealed class SpyView(IDataView inner, int sets = 1, long failAt = -1) : IDataView
{
    private readonly Lock _lock = new();

    private long FailAt { get; } = failAt;

    public List<string> Getters { get; } = [];

    /// <summary>The number of calls of each column's getter.</summary>
    public ConcurrentDictionary<string, int> Calls { get; } = [];

    public int Opened { get; private set; }

    public int Disposed { get; private set; }

    public long Moves { get; private set; }

    public bool CanShuffle => inner.CanShuffle;

    public DataViewSchema Schema => inner.Schema;

    public long? GetRowCount() => inner.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        Open(inner.GetRowCursor(columnsNeeded, rand), 0, 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var columns = columnsNeeded.ToArray();
        return [.. Enumerable.Range(0, sets).Select(i => Open(inner.GetRowCursor(columns, rand), i, sets))];
    }

    private SpyCursor Open(DataViewRowCursor cursor, int remainder, int divisor)
    {
        lock (_lock)
            Opened++;
        return new SpyCursor(this, cursor, remainder, divisor);
    }

    /// <summary>Serves the batches (of 10 rows) whose number has a given remainder.</summary>
    private sealed class SpyCursor(SpyView view, DataViewRowCursor inner, int remainder, int divisor) : DataViewRowCursor
    {
        public override long Position => inner.Position;

        public override long Batch => inner.Position / 10;

        public override DataViewSchema Schema => inner.Schema;

        public override bool MoveNext()
        {
            do
            {
                if (!inner.MoveNext())
                    return false;
            }
            while (inner.Position / 10 % divisor != remainder);
            lock (view._lock)
                view.Moves++;
            return inner.Position == view.FailAt ? throw new NotSupportedException($"row {inner.Position}") : true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            lock (view._lock)
                view.Getters.Add(column.Name);
            var get = inner.GetGetter<TValue>(column);
            return (ref TValue value) =>
            {
                view.Calls.AddOrUpdate(column.Name, 1, (_, calls) => calls + 1);
                get(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                lock (view._lock)
                    view.Disposed++;
                inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
