namespace Microsoft.Data.Analysis;

public class Int16DataFrameColumn : PrimitiveDataFrameColumn<short>
{
    public Int16DataFrameColumn(string name, IEnumerable<short?> values)
        : base(name, values)
    {
    }

    public Int16DataFrameColumn(string name, IEnumerable<short> values)
        : base(name, values)
    {
    }

    public Int16DataFrameColumn(string name, long length = 0)
        : base(name, length)
    {
    }

    protected override PrimitiveDataFrameColumn<short> CreateNewColumn(string name, long length = 0) =>
        new Int16DataFrameColumn(name, length);
}
