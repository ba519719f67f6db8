using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>A view with the columns that a mapping adds. Its cursors read a batch of rows ahead where one of those is asked for.</summary>
internal sealed class BatchView(IDataView input, BatchMapping mapping) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapping.OutputSchema;

    public long? GetRowCount() => input.GetRowCount() * mapping.Copies;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = mapping.Activate(columnsNeeded);
        return Wrap(input.GetRowCursor(mapping.InputsFor(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = mapping.Activate(columnsNeeded);
        return Array.ConvertAll(input.GetRowCursorSet(mapping.InputsFor(active), n, rand), cursor => Wrap(cursor, active));
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) =>
        mapping.AddsAny(active) || mapping.Copies > 1 ? new BatchCursor(cursor, mapping, active) : new PassThroughCursor(cursor, mapping, active);
}

/// <summary>The input's cursor under the output's schema, where no added column is asked for.</summary>
internal sealed class PassThroughCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly BatchMapping _mapping;
    private readonly MappedColumns _columns;

    public PassThroughCursor(DataViewRowCursor input, BatchMapping mapping, bool[] active)
    {
        (_input, _mapping) = (input, mapping);
        _columns = new MappedColumns(mapping, active, index => InputGetter.Of(input, mapping.InputSchema[index]));
    }

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override bool MoveNext() => _input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.Getter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }
}
