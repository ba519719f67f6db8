namespace Microsoft.ML.Data;

/// <summary>Makes the columns of one row of those of another. It serves views, single rows and prediction engines alike.</summary>
internal sealed class RowMapper : IRowToRowMapper
{
    public RowMapper(DataViewSchema inputSchema, IEnumerable<MappedColumn> columns)
    {
        InputSchema = inputSchema;
        Columns = columns.ToArray();
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(Columns.Select(column => column.Column));
        OutputSchema = builder.ToSchema();
    }

    public IReadOnlyList<MappedColumn> Columns { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var active = OutputSchema.Active(dependingColumns);
        var needed = Columns.Where((_, i) => active[i]).SelectMany(column => column.Inputs).ToHashSet();
        return InputSchema.Where(column => needed.Contains(column.Index)).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row's schema is not the one that the mapper was made for.", nameof(input));
        return new MappedRow(new MappedGetters(this, input, activeColumns));
    }
}
