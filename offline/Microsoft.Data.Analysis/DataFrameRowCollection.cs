using System.Collections;

namespace Microsoft.Data.Analysis;

public class DataFrameRowCollection : IEnumerable<DataFrameRow>
{
    private readonly DataFrame _frame;

    internal DataFrameRowCollection(DataFrame frame)
    {
        _frame = frame;
    }

    public long Count => _frame.Columns.RowCount;

    public DataFrameRow this[long index] => index >= 0 && index < Count
        ? new DataFrameRow(_frame, index)
        : throw new ArgumentOutOfRangeException(nameof(index), $"There is no row {index}: the frame has {Count} rows.");

    public IEnumerator<DataFrameRow> GetEnumerator()
    {
        for (var row = 0L; row < Count; row++)
            yield return new DataFrameRow(_frame, row);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
