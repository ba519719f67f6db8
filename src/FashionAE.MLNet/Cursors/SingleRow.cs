using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Makes the value of an added column.</summary>
/// <param name="value">The value of the column that is read.</param>
/// <param name="id">The row's id.</param>
/// <param name="result">Where the result goes; what is there may be used again.</param>
internal delegate void RowFunction<TValue, TResult>(in TValue value, DataViewRowId id, ref TResult result);

/// <summary>Looks at the value of a row as soon as it has been read.</summary>
internal delegate void RowCheck<TValue>(in TValue value, DataViewRow row);

/// <summary>Computes one column from one other, row by row: for steps that gain nothing by more rows at once.</summary>
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
