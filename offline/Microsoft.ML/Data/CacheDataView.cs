using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Keeps the columns of a view in memory. A thread of its own reads a column through when a cursor first asks for it;
/// cursors follow the thread as it goes.
/// </summary>
internal sealed class CacheDataView : IDataView
{
    private readonly Lock _lock = new();
    private readonly IDataView _input;
    private readonly StorableColumns _columns;
    private readonly CacheFiller[] _fillers;
    private readonly int[] _prefetched;
    private CacheFiller _first;

    public CacheDataView(IDataView input, string[] columnsToPrefetch)
    {
        _input = input;
        _columns = new StorableColumns(input.Schema);
        _fillers = new CacheFiller[Schema.Count];
        _prefetched = (columnsToPrefetch ?? []).Select(name =>
            Schema.GetColumnOrNull(name)?.Index ?? throw Contracts.ColumnMissing("prefetch", name, nameof(columnsToPrefetch))).ToArray();
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _columns.Schema;

    public long? GetRowCount() => _input.GetRowCount() ?? _first?.RowCountOrNull;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = ActiveColumns.Of(Schema, columnsNeeded);
        lock (_lock)
        {
            var missing = Enumerable.Range(0, active.Length).Where(i => (active[i] || _prefetched.Contains(i)) && _fillers[i] is null).ToList();
            if (missing.Count > 0 || _first is null)
            {
                var filler = new CacheFiller(_input, missing.ToDictionary(i => i, _columns.SourceOf));
                missing.ForEach(i => _fillers[i] = filler);
                _first ??= filler;
            }
        }
        var fillers = _fillers.Where((_, i) => active[i]).Distinct().DefaultIfEmpty(_first).ToArray();
        return new Cursor(Schema, active, _fillers, fillers, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly bool[] _active;
        private readonly CacheFiller[] _byColumn;
        private readonly CacheFiller[] _fillers;
        private readonly int[] _order;
        private int _position = -1;
        private bool _ended;

        public Cursor(DataViewSchema schema, bool[] active, CacheFiller[] byColumn, CacheFiller[] fillers, Random rand)
        {
            (Schema, _active, _byColumn, _fillers) = (schema, active, byColumn, fillers);
            if (rand is null)
                return;
            _order = Enumerable.Range(0, fillers.Min(f => f.WaitForAll())).ToArray();
            rand.Shuffle(_order);
        }

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema { get; }

        private int Place => _position < 0 ? throw Contracts.NoRow() : _order?[_position] ?? _position;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Has(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw Contracts.Inactive();
            return _byColumn[column.Index].StoreOf(column.Index).MakeGetter(() => Place) as ValueGetter<TValue> ?? throw Contracts.WrongGetter(typeof(TValue));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Place, 0);

        public override bool MoveNext()
        {
            _ended = _ended || !(_order is null ? _fillers.All(f => f.WaitFor(_position + 1)) : _position + 1 < _order.Length);
            _position = _ended ? -1 : _position + 1;
            return !_ended;
        }

        protected override void Dispose(bool disposing)
        {
            (_ended, _position) = (true, -1);
            base.Dispose(disposing);
        }
    }
}
