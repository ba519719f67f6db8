using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>
/// A view whose rows are a part of a stream, another part in every pass. Positions and ids go on from part to part, so that they are those
/// of one view of the whole stream: messages name rows by them, and seeded steps draw by them.
/// </summary>
/// <param name="part">A view of the current part, whose source ML.NET reads in every pass anew.</param>
internal sealed class StreamedRows(IDataView part) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => part.Schema;

    /// <summary>Gets or sets the position of the current part's first row.</summary>
    public long First { get; set; }

    /// <summary>Whether a view is made of such rows: every pass then reads new ones, and a cache would help nobody.</summary>
    public static bool IsSourceOf(IDataView view)
    {
        while (view is IDataTransform { Source: var source })
            view = source;
        return view is StreamedRows;
    }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(part.GetRowCursor(columnsNeeded), First);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor input, long first) : PassingCursor(input)
    {
        public override long Position => base.Position < 0 ? base.Position : first + base.Position;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Position, 0);
    }
}
