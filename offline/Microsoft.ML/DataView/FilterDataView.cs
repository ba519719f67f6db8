namespace Microsoft.ML;

/// <summary>The rows of a view that pass a test.</summary>
internal abstract class FilterDataView(IDataView input) : IDataView
{
    /// <summary>A test of a row may ask for the row alone, or for those before it too.</summary>
    public virtual bool CanShuffle => Input.CanShuffle;

    public DataViewSchema Schema => Input.Schema;

    protected IDataView Input => input;

    /// <summary>The columns that the test reads.</summary>
    protected virtual IEnumerable<DataViewSchema.Column> TestedColumns => [];

    public long? GetRowCount() => null;

    public virtual DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = ActiveColumns.Of(Schema, columnsNeeded);
        return Wrap(Input.GetRowCursor(InputColumns(active), rand), active);
    }

    public virtual DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var active = ActiveColumns.Of(Schema, columnsNeeded);
        return Input.GetRowCursorSet(InputColumns(active), n, rand).Select(cursor => Wrap(cursor, active)).ToArray();
    }

    /// <summary>Makes the test of the current row of a cursor. It is called once for each row, in order.</summary>
    protected abstract Func<bool> MakeTest(DataViewRowCursor cursor);

    private List<DataViewSchema.Column> InputColumns(bool[] active) =>
        Schema.Where(column => active.Has(column) || TestedColumns.Any(tested => tested.Index == column.Index)).ToList();

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) => new Cursor(cursor, active, MakeTest(cursor));

    private sealed class Cursor(DataViewRowCursor input, bool[] active, Func<bool> test) : CountingCursor(input, active)
    {
        protected override bool MoveInput()
        {
            while (Input.MoveNext())
                if (test())
                    return true;
            return false;
        }
    }
}
