namespace Microsoft.Data.Analysis;

/// <summary>Empty columns of a type that is known when the program runs.</summary>
internal static class TypedColumns
{
    public static DataFrameColumn New(Type type, string name) =>
        type == typeof(string) ? new StringDataFrameColumn(name)
        : type == typeof(bool) ? new BooleanDataFrameColumn(name)
        : type == typeof(byte) ? new ByteDataFrameColumn(name)
        : type == typeof(sbyte) ? new SByteDataFrameColumn(name)
        : type == typeof(short) ? new Int16DataFrameColumn(name)
        : type == typeof(ushort) ? new UInt16DataFrameColumn(name)
        : type == typeof(int) ? new Int32DataFrameColumn(name)
        : type == typeof(uint) ? new UInt32DataFrameColumn(name)
        : type == typeof(long) ? new Int64DataFrameColumn(name)
        : type == typeof(ulong) ? new UInt64DataFrameColumn(name)
        : type == typeof(float) ? new SingleDataFrameColumn(name)
        : type == typeof(double) ? new DoubleDataFrameColumn(name)
        : type == typeof(DateTime) ? new DateTimeDataFrameColumn(name)
        : throw new NotSupportedException($"Column '{name}' cannot hold {type}: choose text, a truth value, a number or a date.");

    public static DataFrameColumn NewVector(Type itemType, string name) =>
        (DataFrameColumn)Activator.CreateInstance(typeof(VBufferDataFrameColumn<>).MakeGenericType(itemType), name, 0L);
}
