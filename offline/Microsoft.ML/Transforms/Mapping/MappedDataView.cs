namespace Microsoft.ML.Data;

/// <summary>A view whose rows are made of those of another when they are read.</summary>
internal sealed class MappedDataView(IDataView input, RowMapper mapper) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = Schema.Active(columnsNeeded);
        var needed = Schema.Where(column => columns[column.Index]).ToArray();
        if (!IsWorkFor(needed) || !needed.All(column => ColumnBuffer.Holds(column.Type)))
        {
            var cursor = input.GetRowCursor(mapper.GetDependencies(needed), CanShuffle ? rand : null);
            return Over([cursor], _ => new MappedCursor(mapper, cursor, needed));
        }

        var cursors = GetRowCursorSet(needed, Math.Max(2, Environment.ProcessorCount - 1), rand);
        return cursors.Length == 1 ? cursors[0] : Over(cursors, set => new MergedCursor(set, needed));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        var inputs = mapper.GetDependencies(needed).ToArray();
        var cursors = input.GetRowCursorSet(inputs, n, CanShuffle ? rand : null);
        if (cursors.Length == 0)
            throw new InvalidOperationException("The input's set of cursors is empty.");
        if (cursors.Length == 1 && n > 1 && IsWorkFor(needed) && inputs.All(column => ColumnBuffer.Holds(column.Type)))
            cursors = Over(cursors, set => SplitCursor.Split(set[0], inputs, n));
        return Over(cursors, set => Array.ConvertAll(set, DataViewRowCursor (cursor) => new MappedCursor(mapper, cursor, needed)));
    }

    /// <summary>Makes cursors over others, which are not left open where that fails.</summary>
    private static T Over<T>(DataViewRowCursor[] inputs, Func<DataViewRowCursor[], T> make)
    {
        try
        {
            return make(inputs);
        }
        catch
        {
            foreach (var cursor in inputs)
                cursor.Dispose();
            throw;
        }
    }

    /// <summary>Several threads are for columns that are computed; the input's own are not worth it.</summary>
    private bool IsWorkFor(IEnumerable<DataViewSchema.Column> columns) => columns.Any(column => !mapper.Columns[column.Index].IsInput);
}
