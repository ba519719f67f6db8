using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>
/// A view whose rows are a part of a stream, with a different part in each pass. Positions and ids continue from part to part, as in a view
/// of the whole stream: messages identify rows by position, and seeded steps draw random numbers by id.
/// </summary>
/// <param name="part">A view of the current part. ML.NET reads its source again in each pass.</param>
internal sealed class StreamedRows(IDataView part) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => part.Schema;

    /// <summary>Gets or sets the position of the current part's first row.</summary>
    public long First { get; set; }

    /// <summary>Whether a view is based on such rows. Each of its passes reads new rows, so a cache would not help.</summary>
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
