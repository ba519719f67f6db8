namespace Microsoft.ML.Data;

/// <summary>The column types of .NET types that are none of the usual ones.</summary>
public static class DataViewTypeManager
{
    private static readonly List<(Type Type, DataViewTypeAttribute Attribute, DataViewType ColumnType)> Registered = [];

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute typeAttribute = null)
    {
        ArgumentNullException.ThrowIfNull(dataViewType);
        ArgumentNullException.ThrowIfNull(type);
        if (dataViewType.RawType != type)
            throw new ArgumentOutOfRangeException(nameof(type), $"The values of {dataViewType} are of type {dataViewType.RawType}, not {type}.");
        lock (Registered)
        {
            var known = Find(type, typeAttribute);
            if (known is null)
                Registered.Add((type, typeAttribute, dataViewType));
            else if (!known.Equals(dataViewType))
                throw new InvalidOperationException($"{type} is registered as {known} already.");
        }
    }

    internal static DataViewType Find(Type type, DataViewTypeAttribute attribute)
    {
        lock (Registered)
            return Registered.Find(r => r.Type == type && (attribute is null ? r.Attribute is null : attribute.Equals(r.Attribute))).ColumnType;
    }
}
