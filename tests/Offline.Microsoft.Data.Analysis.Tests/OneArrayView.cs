namespace Offline.Microsoft.Data.Analysis.Tests;

/// <summary>A view of vectors whose cursor hands out the same array for every row, as a view is free to do.</summary>
internal sealed class OneArrayView : IDataView
{
    private readonly int _rows;

    public OneArrayView(int rows)
    {
        _rows = rows;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("V", new VectorDataViewType(NumberDataViewType.Single, 2));
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(Schema, _rows);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewSchema schema, int rows) : DataViewRowCursor
    {
        private readonly float[] _array = new float[2];
        private long _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> vector) =>
            {
                (_array[0], _array[1]) = (_position, 2 * _position);
                vector = new VBuffer<float>(2, _array);
            });

        public override bool MoveNext() => ++_position < rows;
    }
}
