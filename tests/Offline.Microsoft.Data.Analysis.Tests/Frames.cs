namespace Offline.Microsoft.Data.Analysis.Tests;

/// <summary>Frames that several tests use, and ways to look at one.</summary>
internal static class Frames
{
    /// <summary>Five garments; the brand of one and the weight of another are missing.</summary>
    public static DataFrame Garments() => new(
        new StringDataFrameColumn("Brand", ["b", "a", "b", null, "a"]),
        new SingleDataFrameColumn("Weight", [0.5f, null, 1.25f, 4, 8]),
        new Int32DataFrameColumn("Count", [3, 1, 2, 5, 4]),
        new BooleanDataFrameColumn("Sold", [true, false, true, false, true]));

    public static List<T?> Values<T>(this DataFrame frame, string column)
        where T : unmanaged => frame.Columns.GetPrimitiveColumn<T>(column).ToList();

    public static List<string> Texts(this DataFrame frame, string column) => frame.Columns.GetStringColumn(column).ToList();

    public static List<string> Names(this DataFrame frame) => frame.Columns.Select(column => column.Name).ToList();

    /// <summary>All values of a column of the view of a frame, or of any other.</summary>
    public static List<T> Read<T>(this IDataView view, string column)
    {
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        var getter = cursor.GetGetter<T>(view.Schema[column]);
        var values = new List<T>();
        while (cursor.MoveNext())
        {
            T value = default;
            getter(ref value);
            values.Add(value);
        }
        return values;
    }
}
