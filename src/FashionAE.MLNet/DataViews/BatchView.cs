using Microsoft.ML;

namespace FashionAE.MLNet.DataViews;

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
