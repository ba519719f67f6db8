namespace Offline.Microsoft.ML.Tests.Data;

/// <summary>Reads views through their cursors.</summary>
internal static class Cursors
{
    public static DataViewRowCursor Open(this IDataView view, params string[] columns) => view.GetRowCursor(columns.Select(c => view.Schema[c]));

    /// <summary>The Id, the position and the id of every row of a view over a <see cref="StreamView"/>.</summary>
    public static List<(int Id, long Position, DataViewRowId RowId)> ReadIds(this IDataView view)
    {
        using var cursor = view.Open("Id");
        var (id, rowId) = (cursor.GetGetter<int>(view.Schema["Id"]), cursor.GetIdGetter());
        var rows = new List<(int, long, DataViewRowId)>();
        while (cursor.MoveNext())
        {
            var (number, numberOfRow) = (0, default(DataViewRowId));
            id(ref number);
            rowId(ref numberOfRow);
            rows.Add((number, cursor.Position, numberOfRow));
        }
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
        return rows;
    }

    public static List<int> Ids(this IDataView view) => view.GetColumn<int>("Id").ToList();

    /// <summary>Checks that all columns of every row belong to the row that its Id names.</summary>
    public static int CheckRows(this IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        var id = cursor.GetGetter<int>(view.Schema["Id"]);
        var vector = cursor.GetGetter<VBuffer<float>>(view.Schema["X"]);
        var label = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        var count = 0;
        VBuffer<float> x = default;
        for (; cursor.MoveNext(); count++)
        {
            var (number, text) = (0, default(ReadOnlyMemory<char>));
            id(ref number);
            vector(ref x);
            label(ref text);
            Assert.Equal(StreamView.VectorOf(number), x.DenseValues());
            Assert.Equal(StreamView.LabelOf(number), text.ToString());
            Assert.Equal(count, cursor.Position);
        }
        return count;
    }
}
