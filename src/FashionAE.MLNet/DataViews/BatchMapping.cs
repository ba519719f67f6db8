using Microsoft.ML;

namespace FashionAE.MLNet.DataViews;

/// <summary>Adds columns to a schema whose values are computed a batch of rows at a time.</summary>
internal abstract class BatchMapping
{
    /// <param name="inputSchema">The schema of the input.</param>
    /// <param name="added">The columns to add.</param>
    /// <param name="batchSize">How many rows of the input make a batch.</param>
    /// <param name="copies">How many rows each of them becomes.</param>
    protected BatchMapping(DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> added, int batchSize, int copies = 1)
    {
        (InputSchema, BatchSize, Copies) = (inputSchema, batchSize, copies);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    /// <summary>Gets the input's columns at their indices, then those that are added.</summary>
    public DataViewSchema OutputSchema { get; }

    public int BatchSize { get; }

    public int Copies { get; }

    /// <summary>Makes what computes for one cursor or row.</summary>
    /// <param name="isActive">Which of the added columns may be asked for.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    public abstract RowBatch CreateBatch(Func<int, bool> isActive, int capacity);

    /// <summary>The input columns that an added column is computed from.</summary>
    public abstract IEnumerable<int> Sources(int added);

    /// <summary>Which columns of the output, by index, are among those given.</summary>
    public bool[] Activate(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in columns)
            active[IndexOf(column)] = true;
        return active;
    }

    public bool AddsAny(bool[] active) => active.AsSpan(InputSchema.Count).Contains(true);

    /// <summary>The input columns that have to be active for those of the output.</summary>
    public IEnumerable<DataViewSchema.Column> InputsFor(bool[] active)
    {
        var needed = active[..InputSchema.Count];
        for (var added = 0; added < OutputSchema.Count - InputSchema.Count; added++)
            if (active[InputSchema.Count + added])
                foreach (var source in Sources(added))
                    needed[source] = true;
        return InputSchema.Where(c => needed[c.Index]);
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is not of the output schema.</exception>
    public int IndexOf(DataViewSchema.Column column) =>
        (uint)column.Index < (uint)OutputSchema.Count && OutputSchema[column.Index].Name == column.Name
            ? column.Index
            : throw new ArgumentOutOfRangeException(nameof(column), $"There is no column '{column.Name}' at index {column.Index} in this schema.");
}
