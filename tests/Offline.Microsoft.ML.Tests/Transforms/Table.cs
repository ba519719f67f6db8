using System.Collections.Concurrent;

namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>Rows that are computed from their number, and counts of what is done with them.</summary>
internal sealed class Table(int rows) : IDataView
{
    private readonly DataViewSchema.Builder _builder = new();
    private readonly List<Func<Cursor, Delegate>> _getters = [];
    private DataViewSchema _schema;
    private int _open;
    private int _opened;
    private int _moves;

    /// <summary>Gets how many cursors a set has at most.</summary>
    public int MostCursors { get; init; } = 1;

    /// <summary>Gets how many rows a batch has. The cursors of a set take the batches in turn.</summary>
    public int RowsOfBatch { get; init; } = 5;

    /// <summary>Gets the row at which the cursor throws, if any.</summary>
    public int? FailsAt { get; init; }

    /// <summary>Gets a value indicating whether the sets are empty.</summary>
    public bool HasNoSets { get; init; }

    /// <summary>Gets a value indicating whether the cursors refuse to tell the ids of rows.</summary>
    public bool HasNoIds { get; init; }

    public ConcurrentDictionary<string, int> Reads { get; } = [];

    public ConcurrentBag<int> Sets { get; } = [];

    public ConcurrentDictionary<int, bool> MovingThreads { get; } = [];

    public int Open => Volatile.Read(ref _open);

    public int Opened => Volatile.Read(ref _opened);

    public int Moves => Volatile.Read(ref _moves);

    public int Count => rows;

    public bool CanShuffle => false;

    public DataViewSchema Schema => _schema ??= _builder.ToSchema();

    public static DataViewRowId IdOf(int row) => new((ulong)row, 77);

    public Table Add<T>(string name, DataViewType type, Func<int, T> value, DataViewSchema.Annotations annotations = null)
    {
        _builder.AddColumn(name, type, annotations);
        _getters.Add(cursor => (ValueGetter<T>)((ref T read) =>
        {
            Reads.AddOrUpdate(name, 1, (_, count) => count + 1);
            read = value(cursor.Row);
        }));
        return this;
    }

    public Table AddVector(string name, int size, Func<int, float[]> value, DataViewSchema.Annotations annotations = null)
    {
        _builder.AddColumn(name, new VectorDataViewType(NumberDataViewType.Single, size), annotations);
        _getters.Add(cursor => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> read) =>
        {
            Reads.AddOrUpdate(name, 1, (_, count) => count + 1);
            var values = value(cursor.Row);
            VBuffer<float>.Copy(values, 0, ref read, values.Length);
        }));
        return this;
    }

    public Table AddFloat(string name, Func<int, float> value) => Add(name, NumberDataViewType.Single, value);

    public Table AddText(string name, Func<int, string> value) => Add(name, TextDataViewType.Instance, row => value(row).AsMemory());

    public long? GetRowCount() => rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(this, columnsNeeded, 0, 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        Sets.Add(n);
        if (HasNoSets)
            return [];
        var count = Math.Min(n, MostCursors);
        return Enumerable.Range(0, count).Select(i => (DataViewRowCursor)new Cursor(this, columnsNeeded, i, count)).ToArray();
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly Table _table;
        private readonly bool[] _active;
        private readonly int _index;
        private readonly int _count;
        private int _rows;

        public Cursor(Table table, IEnumerable<DataViewSchema.Column> columns, int index, int count)
        {
            (_table, _index, _count) = (table, index, count);
            _active = new bool[table.Schema.Count];
            foreach (var column in columns)
                _active[column.Index] = true;
            Interlocked.Increment(ref table._open);
            Interlocked.Increment(ref table._opened);
        }

        public int Row { get; private set; } = -1;

        public override long Position => _rows - 1;

        public override long Batch => Row / _table.RowsOfBatch;

        public override DataViewSchema Schema => _table.Schema;

        public override bool MoveNext()
        {
            _table.MovingThreads[Environment.CurrentManagedThreadId] = true;
            Interlocked.Increment(ref _table._moves);
            do
                Row++;
            while (Row < _table.Count && Batch % _count != _index);
            if (Row == _table.FailsAt)
                throw new NotSupportedException($"row {Row}");
            _rows++;
            return Row < _table.Count;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            _table.HasNoIds ? throw new NotSupportedException("ids") : (ref DataViewRowId id) => id = IdOf(Row);

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _active[column.Index]
            ? (ValueGetter<TValue>)_table._getters[column.Index](this)
            : throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Interlocked.Decrement(ref _table._open);
            base.Dispose(disposing);
        }
    }
}
