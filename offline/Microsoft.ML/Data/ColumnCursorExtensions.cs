using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Reads a column of a view. Every enumeration opens a cursor.</summary>
public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) => GetColumn<T>(data, data.Schema[columnName]);

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (column.Index >= data.Schema.Count || data.Schema[column.Index].Name != column.Name || !data.Schema[column.Index].Type.Equals(column.Type))
            throw new ArgumentOutOfRangeException(nameof(column), $"The view has no such column at {column.Index}: {column.Name} of type {column.Type}.");
        var vector = column.Type as VectorDataViewType;
        if (column.Type.RawType == typeof(T))
            return Read(data, column, (T value) => value);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType)
            return (IEnumerable<T>)Read(data, column, (ReadOnlyMemory<char> value) => value.ToString());
        if (typeof(T) == typeof(string[]) && vector?.ItemType is TextDataViewType)
            return (IEnumerable<T>)Read(data, column, (VBuffer<ReadOnlyMemory<char>> value) => value.DenseValues().Select(text => text.ToString()).ToArray());
        if (typeof(T).IsArray && vector is not null && vector.ItemType.RawType == typeof(T).GetElementType())
            return (IEnumerable<T>)RowMember.Call(typeof(ColumnCursorExtensions), nameof(ReadArrays), [vector.ItemType.RawType], data, column);
        throw Contracts.CannotMap(column, typeof(T));
    }

    private static IEnumerable<TItem[]> ReadArrays<TItem>(IDataView data, DataViewSchema.Column column) =>
        Read(data, column, (VBuffer<TItem> value) =>
        {
            var array = new TItem[value.Length];
            value.CopyTo(array);
            return array;
        });

    private static IEnumerable<TResult> Read<TValue, TResult>(IDataView data, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<TValue>(column);
        TValue value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return convert(value);
        }
    }
}
