using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A cursor over rows that lie in chunks.</summary>
internal abstract class ChunkCursor(DataViewSchema schema, IReadOnlyList<DataViewSchema.Column> columns) : DataViewRowCursor
{
    private long _position = -1;

    public sealed override long Position => _position;

    public sealed override DataViewSchema Schema => schema;

    /// <summary>Gets or sets the chunk of the current row; null before the first row and behind the last.</summary>
    protected RowChunk Chunk { get; set; }

    protected int Row { get; set; }

    public sealed override bool MoveNext()
    {
        var moved = MoveNextRow();
        _position = moved ? _position + 1 : -1;
        return moved;
    }

    public sealed override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = Current.Ids[Row];

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => IndexOf(column) >= 0;

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        var index = IndexOf(column);
        if (index < 0)
            throw Contracts.Inactive();
        if (columns[index].Type.RawType != typeof(TValue))
            throw Contracts.WrongGetter(typeof(TValue));
        return (ref TValue value) => ((ColumnBuffer<TValue>)Current.Columns[index]).Read(Row, ref value);
    }

    protected abstract bool MoveNextRow();

    private RowChunk Current => Chunk ?? throw new InvalidOperationException("The cursor is at no row.");

    private int IndexOf(DataViewSchema.Column column)
    {
        for (var i = 0; i < columns.Count; i++)
            if (columns[i].Index == column.Index)
                return i;
        return -1;
    }
}
