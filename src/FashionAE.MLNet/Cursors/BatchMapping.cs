using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>A column that a step adds, and the indices of the input's columns that it is computed from.</summary>
internal readonly record struct AddedColumn(DataViewSchema.DetachedColumn Column, params int[] Sources);

/// <summary>For what a <see cref="RowBatch"/> is made: one cursor or row.</summary>
/// <param name="IsActive">Which of the added columns, by index, may be asked for.</param>
/// <param name="Capacity">The most rows of a batch.</param>
/// <param name="Log">The log of the view or engine.</param>
internal sealed record BatchRequest(Func<int, bool> IsActive, int Capacity, StepLog Log);

/// <summary>What a step makes of a schema: the columns that it adds, and what computes them, a batch of rows at a time.</summary>
/// <param name="inputSchema">The schema of the input.</param>
/// <param name="added">The columns that are added.</param>
/// <param name="createBatch">Makes what computes for one cursor or row.</param>
internal sealed class BatchMapping(DataViewSchema inputSchema, IReadOnlyList<AddedColumn> added, Func<BatchRequest, RowBatch> createBatch)
{
    public DataViewSchema InputSchema => inputSchema;

    /// <summary>Gets the input's columns at their indices, then those that are added.</summary>
    public DataViewSchema OutputSchema { get; } = Extend(inputSchema, added);

    /// <summary>Gets how many rows of the input make a batch.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Gets how many rows each of them becomes.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Gets a value indicating whether views leave out rows that a batch does not keep.</summary>
    public bool DropsRows { get; init; }

    /// <summary>
    /// Gets what adds the step to a graph that ML.NET exports, with a value for each of the added columns; null if a graph cannot hold it.
    /// </summary>
    public Func<OnnxExport, IEnumerable<OnnxValue>>? WriteOnnx { get; init; }

    public IEnumerable<DataViewSchema.DetachedColumn> AddedColumns => added.Select(a => a.Column);

    public IEnumerable<string> AddedNames => added.Select(a => a.Column.Name);

    /// <summary>Makes what computes for one cursor or row.</summary>
    /// <param name="active">Which columns of the output may be asked for.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    /// <param name="log">The log of the view or engine.</param>
    public RowBatch CreateBatch(bool[] active, int capacity, StepLog log) =>
        createBatch(new BatchRequest(index => active[inputSchema.Count + index], capacity, log));

    /// <summary>Which columns of the output, by index, are among those given.</summary>
    public bool[] Activate(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in columns)
            active[IndexOf(column)] = true;
        return active;
    }

    public bool AddsAny(bool[] active) => active.AsSpan(inputSchema.Count).Contains(true);

    /// <summary>Whether a cursor has something to compute, rather than to pass on the input's rows.</summary>
    public bool Computes(bool[] active) => AddsAny(active) || DropsRows;

    /// <summary>The input columns that have to be active for those of the output.</summary>
    public IEnumerable<DataViewSchema.Column> InputsFor(bool[] active)
    {
        var needed = active[..inputSchema.Count];
        for (var i = 0; i < added.Count; i++)
            if (active[inputSchema.Count + i] || DropsRows)
                foreach (var source in added[i].Sources)
                    needed[source] = true;
        return inputSchema.Where(c => needed[c.Index]);
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is not of the output schema.</exception>
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
