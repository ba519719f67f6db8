using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>A column that a step adds, and the indices of the input columns that it is computed from.</summary>
internal readonly record struct AddedColumn(DataViewSchema.DetachedColumn Column, params int[] Sources);

/// <summary>The request of a cursor or row for a <see cref="RowBatch"/>.</summary>
/// <param name="IsActive">Returns whether an added column, given by its index, is active.</param>
/// <param name="Capacity">The maximum number of rows in a batch.</param>
/// <param name="Log">The log of the view or prediction engine.</param>
internal sealed record BatchRequest(Func<int, bool> IsActive, int Capacity, StepLog Log);

/// <summary>Maps an input schema to the output of a step: the added columns, and their computation for a batch of rows at a time.</summary>
/// <param name="inputSchema">The schema of the input.</param>
/// <param name="added">The columns that are added.</param>
/// <param name="createBatch">Creates the computation for one cursor or row.</param>
internal sealed class BatchMapping(DataViewSchema inputSchema, IReadOnlyList<AddedColumn> added, Func<BatchRequest, RowBatch> createBatch)
{
    public DataViewSchema InputSchema => inputSchema;

    /// <summary>Gets the schema of the output: the input's columns at their indices, followed by the added columns.</summary>
    public DataViewSchema OutputSchema { get; } = Extend(inputSchema, added);

    /// <summary>Gets the number of input rows in a batch.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Gets the number of output rows per input row.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Gets a value indicating whether views skip the rows that a batch does not keep.</summary>
    public bool DropsRows { get; init; }

    /// <summary>
    /// Gets the function that adds the step to a graph that ML.NET exports, and returns a value for each added column. Null if a graph
    /// cannot represent the step.
    /// </summary>
    public Func<OnnxExport, IEnumerable<OnnxValue>>? WriteOnnx { get; init; }

    public IEnumerable<DataViewSchema.DetachedColumn> AddedColumns => added.Select(a => a.Column);

    public IEnumerable<string> AddedNames => added.Select(a => a.Column.Name);

    /// <summary>Creates the computation for one cursor or row.</summary>
    /// <param name="active">Whether each output column is active.</param>
    /// <param name="capacity">The maximum number of rows in a batch.</param>
    /// <param name="log">The log of the view or prediction engine.</param>
    public RowBatch CreateBatch(bool[] active, int capacity, StepLog log) =>
        createBatch(new BatchRequest(index => active[inputSchema.Count + index], capacity, log));

    /// <summary>For each output column, whether it is among the given columns.</summary>
    public bool[] Activate(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in columns)
            active[IndexOf(column)] = true;
        return active;
    }

    public bool AddsAny(bool[] active) => active.AsSpan(inputSchema.Count).Contains(true);

    /// <summary>Whether a cursor has to compute something, rather than only pass on the input's rows.</summary>
    public bool Computes(bool[] active) => AddsAny(active) || DropsRows;

    /// <summary>The input columns that have to be active for the active output columns.</summary>
    public IEnumerable<DataViewSchema.Column> InputsFor(bool[] active)
    {
        var needed = active[..inputSchema.Count];
        for (var i = 0; i < added.Count; i++)
            if (active[inputSchema.Count + i] || DropsRows)
                foreach (var source in added[i].Sources)
                    needed[source] = true;
        return inputSchema.Where(c => needed[c.Index]);
    }

    /// <exception cref="ArgumentOutOfRangeException">The column does not belong to the output schema.</exception>
    public int IndexOf(DataViewSchema.Column column) =>
        (uint)column.Index < (uint)OutputSchema.Count && OutputSchema[column.Index].Name == column.Name
            ? column.Index
            : throw new ArgumentOutOfRangeException(
                nameof(column), $"There is no column '{column.Name}' at index {column.Index} in this schema.");

    private static DataViewSchema Extend(DataViewSchema inputSchema, IEnumerable<AddedColumn> added)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added.Select(a => a.Column));
        return builder.ToSchema();
    }
}
