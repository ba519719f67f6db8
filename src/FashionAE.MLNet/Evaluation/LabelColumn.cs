using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Evaluation;

/// <summary>Reads the names of classes from a key column (by its values, where it has them) or a text column.</summary>
internal static class LabelColumn
{
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or neither a key nor text.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find label column '{name}'");
        return column.Type is TextDataViewType || (column.Type is KeyDataViewType && column.Type.RawType == typeof(uint))
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema), $"Schema mismatch for label column '{name}': expected Key<UInt32> or String, got {column.Type}");
    }

    /// <summary>A function that reads the current row's class; sorted, classes come in the order of their keys.</summary>
    public static Func<(uint Key, string Name)> Getter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
        {
            var getText = row.GetGetter<ReadOnlyMemory<char>>(column);
            var text = default(ReadOnlyMemory<char>);
            return () =>
            {
                getText(ref text);
                return (0, text.ToString());
            };
        }
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        if (column.HasKeyValues(TextDataViewType.Instance))
            column.GetKeyValues(ref names);
        var getKey = row.GetGetter<uint>(column);
        var key = 0u;
        return () =>
        {
            getKey(ref key);
            // Key 0 is a missing value.
            return (key, key == 0 ? "?" : key <= names.Length ? names.GetItemOrDefault((int)key - 1).ToString() : $"{key - 1}");
        };
    }
}
