namespace Microsoft.ML.Data;

/// <summary>A cursor whose rows are made of those of another.</summary>
internal sealed class MappedCursor(RowMapper mapper, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columnsNeeded)
    : DataViewRowCursor
{
    private readonly MappedGetters _getters = new(mapper, input, columnsNeeded);

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => _getters.Mapper.OutputSchema;

    public override bool MoveNext() => input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _getters.Get<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
