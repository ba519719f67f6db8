using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.Data.Analysis;

internal sealed class DataFrameCursor(DataFrame frame, DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private readonly DataFrameColumn[] _columns = [.. frame.Columns];
    private long _position = -1;
    private bool _ended;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => active.Has(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => IsColumnActive(column)
        ? _columns[column.Index].GetDataViewGetter(this) as ValueGetter<TValue> ?? throw Contracts.WrongGetter(typeof(TValue))
        : throw Contracts.Inactive();

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        id = _position >= 0 ? new DataViewRowId((ulong)_position, 0) : throw Contracts.NoRow();

    public override bool MoveNext()
    {
        if (!_ended && _position + 1 < frame.Rows.Count)
        {
            _position++;
            return true;
        }
        Dispose();
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        (_ended, _position) = (true, -1);
        base.Dispose(disposing);
    }
}
