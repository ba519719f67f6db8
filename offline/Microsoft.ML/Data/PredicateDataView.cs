namespace Microsoft.ML.Data;

/// <summary>The rows that a function of the user's does not drop.</summary>
internal sealed class PredicateDataView<TRow>(IDataView input, Func<TRow, bool> drop) : FilterDataView(input)
    where TRow : class, new()
{
    private readonly RowWriter<TRow> _writer = new(input.Schema, false, null);

    protected override IEnumerable<DataViewSchema.Column> TestedColumns => _writer.Columns;

    protected override Func<bool> MakeTest(DataViewRowCursor cursor)
    {
        var (row, fill) = (new TRow(), _writer.Bind(cursor));
        return () =>
        {
            fill(row);
            return !drop(row);
        };
    }
}
