namespace Microsoft.ML.Data;

/// <summary>The annotations that components agree on.</summary>
public static class SchemaAnnotationsExtensions
{
    private const string KeyValues = "KeyValues";
    private const string SlotNames = "SlotNames";
    private const string Normalized = "IsNormalized";

    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType keyValueItemType = null) =>
        ((column.Type as VectorDataViewType)?.ItemType ?? column.Type) is KeyDataViewType key
        && TypeOf(column, KeyValues) is VectorDataViewType values && (ulong)values.Size == key.Count
        && values.ItemType.Equals(keyValueItemType ?? TextDataViewType.Instance);

    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues) =>
        column.Annotations.GetValue(KeyValues, ref keyValues);

    public static bool HasSlotNames(this DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { IsKnownSize: true } vector
        && TypeOf(column, SlotNames) is VectorDataViewType { ItemType: TextDataViewType } names && names.Size == vector.Size;

    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) =>
        column.Annotations.GetValue(SlotNames, ref slotNames);

    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        var isNormalized = false;
        if (TypeOf(column, Normalized) is BooleanDataViewType)
            column.Annotations.GetValue(Normalized, ref isNormalized);
        return isNormalized;
    }

    private static DataViewType TypeOf(DataViewSchema.Column column, string kind) => column.Annotations.Schema.GetColumnOrNull(kind)?.Type;
}
