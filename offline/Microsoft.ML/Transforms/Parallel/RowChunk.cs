namespace Microsoft.ML.Data;

/// <summary>Some rows on their way from one thread to another.</summary>
internal sealed class RowChunk(IEnumerable<DataViewSchema.Column> columns)
{
    public const int Capacity = 32;

    public readonly ColumnBuffer[] Columns = columns.Select(column => ColumnBuffer.Create(column.Type, Capacity)).ToArray();
    public readonly long[] Batches = new long[Capacity];
    public readonly DataViewRowId[] Ids = new DataViewRowId[Capacity];

    public int Count { get; set; }

    /// <summary>How many chunks of the same source came before.</summary>
    public long Number { get; set; }
}
