using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A view of objects, which are enumerated anew by every cursor and always in their own order.</summary>
internal sealed class EnumerableDataView<TRow>(IEnumerable<TRow> rows, RowReader<TRow> reader) : IDataView
    where TRow : class
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => reader.Schema;

    public long? GetRowCount() => (rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(rows.GetEnumerator(), reader, ActiveColumns.Of(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IEnumerator<TRow> rows, RowReader<TRow> reader, bool[] active) : DataViewRowCursor
    {
        private readonly RowSlot<TRow> _slot = new();
        private long _position = -1;
        private bool _ended;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => reader.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Has(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            IsColumnActive(column) ? reader.MakeGetter<TValue>(_slot, column.Index) : throw Contracts.Inactive();

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
            id = _position >= 0 ? new DataViewRowId((ulong)_position, 0) : throw Contracts.NoRow();

        public override bool MoveNext()
        {
            if (_ended)
                return false;
            if (rows.MoveNext())
            {
                _slot.Row = rows.Current ?? throw new InvalidOperationException("A row is null.");
                _position++;
                return true;
            }
            Dispose();
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            (_ended, _position, _slot.Row) = (true, -1, null);
            if (disposing)
                rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
