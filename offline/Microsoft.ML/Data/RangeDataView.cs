namespace Microsoft.ML.Data;

/// <summary>The rows whose number in a column lies in a range: the lower bound belongs to it, the upper bound does not.</summary>
internal sealed class RangeDataView(IDataView input, DataViewSchema.Column column, double lowerBound, double upperBound) : FilterDataView(input)
{
    protected override IEnumerable<DataViewSchema.Column> TestedColumns => [column];

    protected override Func<bool> MakeTest(DataViewRowCursor cursor)
    {
        var getter = column.Type.RawType == typeof(float) ? Widen(cursor.GetGetter<float>(column)) : cursor.GetGetter<double>(column);
        return () =>
        {
            double value = 0;
            getter(ref value);
            return lowerBound <= value && value < upperBound;
        };
    }

    private static ValueGetter<double> Widen(ValueGetter<float> getter) => (ref double value) =>
    {
        float single = 0;
        getter(ref single);
        value = single;
    };
}
