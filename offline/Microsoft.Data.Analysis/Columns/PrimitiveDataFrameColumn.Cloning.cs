namespace Microsoft.Data.Analysis;

public partial class PrimitiveDataFrameColumn<T>
{
    public new PrimitiveDataFrameColumn<T> Clone(long numberOfNullsToAppend = 0) =>
        (PrimitiveDataFrameColumn<T>)CloneImplementation(numberOfNullsToAppend);

    public new PrimitiveDataFrameColumn<T> Clone(DataFrameColumn mapIndices, bool invertMapIndices = false, long numberOfNullsToAppend = 0) =>
        (PrimitiveDataFrameColumn<T>)CloneImplementation(mapIndices, invertMapIndices, numberOfNullsToAppend);

    protected override DataFrameColumn CloneImplementation(long numberOfNullsToAppend) => Copy(_values.All, numberOfNullsToAppend);

    protected override DataFrameColumn CloneImplementation(DataFrameColumn mapIndices, bool invertMapIndices, long numberOfNullsToAppend) =>
        Copy(mapIndices is null ? _values.All : _values.Select(mapIndices, invertMapIndices, null), numberOfNullsToAppend);

    private PrimitiveDataFrameColumn<T> Copy(IEnumerable<T?> values, long nulls)
    {
        var copy = CreateNewColumn(Name);
        foreach (var value in values)
            copy.Append(value);
        copy.Resize(copy.Length + nulls);
        return copy;
    }
}
