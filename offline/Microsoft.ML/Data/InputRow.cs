using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A row that is whatever object was put into it last.</summary>
internal sealed class InputRow<TRow>(RowReader<TRow> reader) : DataViewRow
    where TRow : class
{
    private readonly RowSlot<TRow> _slot = new();
    private long _position = -1;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => reader.Schema;

    public void Put(TRow row)
    {
        _slot.Row = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => (uint)column.Index < (uint)Schema.Count;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        IsColumnActive(column) ? reader.MakeGetter<TValue>(_slot, column.Index) : throw Contracts.Inactive();

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
