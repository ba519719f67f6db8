using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Computes the value of an added column.</summary>
/// <param name="value">The value of the column that is read.</param>
/// <param name="id">The row's id.</param>
/// <param name="result">The result. Its previous value may be reused.</param>
internal delegate void RowFunction<TValue, TResult>(in TValue value, DataViewRowId id, ref TResult result);

/// <summary>Checks the value of a row immediately after it has been read.</summary>
internal delegate void RowCheck<TValue>(in TValue value, DataViewRow row);

/// <summary>Computes one column from another, row by row, for steps that do not profit from batches.</summary>
internal sealed class SingleRow<TValue, TResult>(DataViewSchema.Column input, RowFunction<TValue, TResult> compute) : RowBatch
{
    private DataViewRow? _row;
    private ValueGetter<TValue>? _getValue;
    private ValueGetter<DataViewRowId>? _getId;
    private TValue _value = default!;
    private DataViewRowId _id;

    public RowCheck<TValue>? Check { get; init; }

    public override void Bind(DataViewRow row) => (_row, _getValue, _getId) = (row, row.GetGetter<TValue>(input), row.GetIdGetter());

    public override void Read(int place)
    {
        _getValue!(ref _value);
        _getId!(ref _id);
        Check?.Invoke(_value, _row!);
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<TResult>)((ref TResult result) =>
    {
        slot.ReadCurrent();
        compute(_value, _id, ref result);
    });
}
