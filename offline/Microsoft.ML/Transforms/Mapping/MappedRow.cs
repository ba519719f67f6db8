namespace Microsoft.ML.Data;

/// <summary>A row that is made of another.</summary>
internal sealed class MappedRow(MappedGetters getters) : DataViewRow
{
    public override long Position => getters.Input.Position;

    public override long Batch => getters.Input.Batch;

    public override DataViewSchema Schema => getters.Mapper.OutputSchema;

    public override ValueGetter<DataViewRowId> GetIdGetter() => getters.Input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => getters.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters.Get<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            getters.Input.Dispose();
        base.Dispose(disposing);
    }
}
