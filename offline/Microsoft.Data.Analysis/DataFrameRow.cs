using System.Collections;

namespace Microsoft.Data.Analysis;

/// <summary>A row of a frame: a view, so that setting a value sets the frame's.</summary>
public class DataFrameRow : IEnumerable<object>
{
    private readonly DataFrame _frame;
    private readonly long _row;

    internal DataFrameRow(DataFrame frame, long row)
    {
        (_frame, _row) = (frame, row);
    }

    public object this[int index]
    {
        get => _frame[_row, index];
        set => _frame[_row, index] = value;
    }

    public object this[string columnName]
    {
        get => _frame[columnName][_row];
        set => _frame[columnName][_row] = value;
    }

    public IEnumerable<KeyValuePair<string, object>> GetValues() =>
        _frame.Columns.Select(column => KeyValuePair.Create(column.Name, column[_row]));

    public IEnumerator<object> GetEnumerator() => _frame.Columns.Select(column => column[_row]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Concat(this.Select(value => $"{value ?? "null"} "));
}
