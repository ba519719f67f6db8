namespace Microsoft.ML.Data;

/// <summary>Mappers one after another.</summary>
internal sealed class CompositeRowToRowMapper(DataViewSchema inputSchema, IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema => mappers.Count == 0 ? inputSchema : mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns)).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        var active = new IEnumerable<DataViewSchema.Column>[mappers.Count];
        for (var (i, columns) = (mappers.Count - 1, activeColumns); i >= 0; columns = mappers[i--].GetDependencies(columns).ToArray())
            active[i] = columns;
        return mappers.Zip(active).Aggregate(input, (row, step) => step.First.GetRow(row, step.Second));
    }
}
