using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>
/// A row whose columns may have several readers within a step, for example a computation and a column that passes through. The input's
/// getter is called only once per row, by the first reader, because a getter may be costly: it may decode a picture to pixels or compute
/// a column of an earlier step. A column that has one reader or cannot be buffered is read directly. The row does not own the input.
/// </summary>
/// <param name="input">The row or cursor to read from.</param>
/// <param name="current">Returns a number that differs from row to row.</param>
internal sealed class SharedRow(DataViewRow input, Func<long> current) : DataViewRow
{
    private static readonly RowSlot OnlyRow = new() { Index = 0, Count = 1 };

    private readonly SharedColumn?[] _columns = new SharedColumn?[input.Schema.Count];

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => input.Schema;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!ColumnBuffer.CanKeep(column.Type))
            return input.GetGetter<TValue>(column);
        var shared = _columns[column.Index] ??= new SharedColumn(column.Type, input.GetGetter<TValue>(column));
        shared.Readers++;
        return (ref TValue value) =>
        {
            if (shared.Readers == 1)
            {
                ((ValueGetter<TValue>)shared.Read)(ref value);
                return;
            }
            shared.Refresh(current());
            ((ValueGetter<TValue>)shared.Kept)(ref value);
        };
    }

    private sealed class SharedColumn(DataViewType type, Delegate read)
    {
        private readonly ColumnBuffer _buffer = ColumnBuffer.Create(type, read, OnlyRow, capacity: 1);
        private long? _row;

        public Delegate Read => read;

        public Delegate Kept { get => field ??= _buffer.Getter; }

        public int Readers { get; set; }

        public void Refresh(long row)
        {
            if (_row == row)
                return;
            _buffer.Read(0);
            _row = row;
        }
    }
}
