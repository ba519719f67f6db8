using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>The column types of .NET types.</summary>
internal static class PrimitiveTypes
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> Types = new PrimitiveDataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16, NumberDataViewType.Int32,
        NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64, NumberDataViewType.Single, NumberDataViewType.Double,
        BooleanDataViewType.Instance, TextDataViewType.Instance, DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance,
        TimeSpanDataViewType.Instance, RowIdDataViewType.Instance,
    }.ToDictionary(t => t.RawType);

    public static IEnumerable<PrimitiveDataViewType> All => Types.Values;

    public static PrimitiveDataViewType NumberOf(Type rawType) => Types[rawType];

    /// <summary>The type of a column of such values, or null; a string is text.</summary>
    public static PrimitiveDataViewType Find(Type type) => Types.GetValueOrDefault(type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type);
}
