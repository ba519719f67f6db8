namespace Microsoft.ML.Data;

/// <summary>The columns of a view that <see cref="ColumnStore"/> can hold; a view that stores rows has no others.</summary>
internal sealed class StorableColumns
{
    private readonly DataViewSchema.Column[] _sources;

    public StorableColumns(DataViewSchema input)
    {
        _sources = input.Where(c => ColumnStore.CanStore(c.Type)).ToArray();
        Schema = input;
        if (_sources.Length == input.Count)
            return;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(_sources);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    /// <summary>The column of the input that is the column of that index.</summary>
    public DataViewSchema.Column SourceOf(int index) => _sources[index];
}
