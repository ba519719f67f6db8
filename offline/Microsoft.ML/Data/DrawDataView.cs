namespace Microsoft.ML.Data;

/// <summary>The rows for which a number, drawn for each position anew, lies in a range or outside of it.</summary>
internal sealed class DrawDataView(IDataView input, int seed, double lowerBound, double upperBound, bool complement) : FilterDataView(input)
{
    // In another order a row would have another number.
    public override bool CanShuffle => false;

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        base.GetRowCursor(columnsNeeded);

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded)];

    protected override Func<bool> MakeTest(DataViewRowCursor cursor)
    {
        var random = new Random(seed);
        var (position, number) = (-1L, 0.0);
        return () =>
        {
            for (; position < cursor.Position; position++)
                number = random.NextDouble();
            return (lowerBound <= number && number < upperBound) != complement;
        };
    }
}
