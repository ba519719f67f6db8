using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A view whose columns have the annotations of anomaly detectors' output.</summary>
/// <param name="inner">The view with the columns.</param>
/// <param name="columns">The columns that belong to a detector: the detector's number, and the kind of value.</param>
internal sealed class DetectorView(IDataView inner, Dictionary<string, (uint Set, string Kind)> columns) : IDataView
{
    public bool CanShuffle => inner.CanShuffle;

    public DataViewSchema Schema { get; } = MakeSchema(inner.Schema, columns);

    public long? GetRowCount() => inner.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(inner.GetRowCursor(columnsNeeded.Select(column => inner.Schema[column.Index]), rand), Schema);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static DataViewSchema MakeSchema(DataViewSchema schema, Dictionary<string, (uint Set, string Kind)> columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in schema)
        {
            if (!columns.TryGetValue(column.Name, out var output))
            {
                builder.AddColumn(column.Name, column.Type, column.Annotations);
                continue;
            }
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.AddPrimitiveValue("ScoreColumnSetId", new KeyDataViewType(typeof(uint), int.MaxValue), output.Set);
            annotations.AddPrimitiveValue("ScoreColumnKind", TextDataViewType.Instance, "AnomalyDetection".AsMemory());
            annotations.AddPrimitiveValue("ScoreValueKind", TextDataViewType.Instance, output.Kind.AsMemory());
            builder.AddColumn(column.Name, column.Type, annotations.ToAnnotations());
        }
        return builder.ToSchema();
    }

    private sealed class Cursor(DataViewRowCursor inner, DataViewSchema schema) : DataViewRowCursor
    {
        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override DataViewSchema Schema => schema;

        public override bool MoveNext() => inner.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(inner.Schema[column.Index]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            inner.GetGetter<TValue>(inner.Schema[column.Index]);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
