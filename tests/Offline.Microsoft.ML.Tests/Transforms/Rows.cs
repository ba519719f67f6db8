namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>Reads views.</summary>
internal static class Rows
{
    public static T[] Column<T>(this IDataView data, string name)
    {
        using var cursor = data.GetRowCursor([data.Schema[name]]);
        return cursor.Column<T>(name);
    }

    public static T[] Column<T>(this DataViewRowCursor cursor, string name)
    {
        var getter = cursor.GetGetter<T>(cursor.Schema[name]);
        var values = new List<T>();
        while (cursor.MoveNext())
        {
            // Each into a variable of its own: a vector's arrays would be used again.
            T value = default;
            getter(ref value);
            values.Add(value);
        }
        return [.. values];
    }

    public static float[][] Vectors(this IDataView data, string name) =>
        data.Column<VBuffer<float>>(name).Select(vector => vector.DenseValues().ToArray()).ToArray();

    public static string[] Texts(this IDataView data, string name) => data.Column<ReadOnlyMemory<char>>(name).Select(text => text.ToString()).ToArray();

    public static int Count(this IDataView data)
    {
        using var cursor = data.GetRowCursor([]);
        var count = 0;
        while (cursor.MoveNext())
            count++;
        return count;
    }

    /// <summary>Names, types, hidden columns and annotations with their values, as text.</summary>
    public static string[] Describe(this DataViewSchema schema) => schema.Select(Describe).ToArray();

    public static string[] Describe(this SchemaShape shape) => shape.Select(Describe).ToArray();

    private static string Describe(DataViewSchema.Column column) =>
        $"{column.Name}{(column.IsHidden ? " (hidden)" : "")}: {column.Type} {string.Join(" ", column.Annotations.Schema.Select(kind => DescribeValue(column, kind)))}";

    private static string Describe(SchemaShape.Column column) =>
        $"{column.Name}: {column.Kind} {column.ItemType} {column.IsKey} [{string.Join(", ", column.Annotations.Select(Describe).Order(StringComparer.Ordinal))}]";

    private static string DescribeValue(DataViewSchema.Column column, DataViewSchema.Column kind) => (string)typeof(Rows)
        .GetMethod(nameof(DescribeAnnotation), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
        .MakeGenericMethod(kind.Type.RawType)
        .Invoke(null, [column.Annotations, kind]);

    private static string DescribeAnnotation<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        T value = default;
        annotations.GetValue(kind.Name, ref value);
        var text = value is System.Collections.IEnumerable items and not string ? string.Join("|", items.Cast<object>()) : $"{value}";
        return $"{kind.Name}={kind.Type}={text}";
    }
}
