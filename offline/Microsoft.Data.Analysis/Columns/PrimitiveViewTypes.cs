using Microsoft.ML.Data;

namespace Microsoft.Data.Analysis;

/// <summary>The types that a column of a frame and one of a view can both have.</summary>
internal static class PrimitiveViewTypes
{
    public static PrimitiveDataViewType Of(Type type) =>
        type == typeof(bool) ? BooleanDataViewType.Instance
        : type == typeof(DateTime) ? DateTimeDataViewType.Instance
        : Type.GetTypeCode(type) switch
        {
            TypeCode.Byte => NumberDataViewType.Byte,
            TypeCode.SByte => NumberDataViewType.SByte,
            TypeCode.Int16 => NumberDataViewType.Int16,
            TypeCode.UInt16 => NumberDataViewType.UInt16,
            TypeCode.Int32 => NumberDataViewType.Int32,
            TypeCode.UInt32 => NumberDataViewType.UInt32,
            TypeCode.Int64 => NumberDataViewType.Int64,
            TypeCode.UInt64 => NumberDataViewType.UInt64,
            TypeCode.Single => NumberDataViewType.Single,
            TypeCode.Double => NumberDataViewType.Double,
            _ => null,
        };
}
