namespace Microsoft.ML;

/// <summary>Which columns of a schema somebody asked for.</summary>
internal static class ActiveColumns
{
    public static bool[] Of(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        var active = new bool[schema.Count];
        foreach (var column in columnsNeeded)
        {
            if (column.Index >= active.Length || schema[column.Index].Name != column.Name)
                throw new ArgumentOutOfRangeException(nameof(columnsNeeded), $"There is no column '{column.Name}' at {column.Index}.");
            active[column.Index] = true;
        }
        return active;
    }

    public static bool Has(this bool[] active, DataViewSchema.Column column) => (uint)column.Index < (uint)active.Length && active[column.Index];
}
