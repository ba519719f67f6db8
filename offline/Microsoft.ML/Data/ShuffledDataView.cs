namespace Microsoft.ML.Data;

/// <summary>The rows of a view in another order: each is drawn from a pool of some that came before it and some that come after.</summary>
internal sealed class ShuffledDataView(IDataView input, int seed, int poolSize, bool shuffleSource) : IDataView
{
    private readonly StorableColumns _columns = new(input.Schema);

    public bool CanShuffle => true;

    public DataViewSchema Schema => _columns.Schema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = ActiveColumns.Of(Schema, columnsNeeded);
        var needed = Schema.Where(c => active.Has(c)).Select(c => _columns.SourceOf(c.Index)).ToList();
        rand ??= new Random(seed);
        var cursor = input.GetRowCursor(needed, shuffleSource && input.CanShuffle ? new Random(rand.Next()) : null);
        return new ShuffledCursor(cursor, _columns, rand, poolSize);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
