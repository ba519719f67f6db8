using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions;

/// <summary>A view of the rows that a batch has now: each of its cursors reads them anew.</summary>
internal sealed class SourceRows
{
    private readonly CurrentRows _rows = new();

    public SourceRows(MLContext ml, ServedPipeline pipeline)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        (definition[0].ColumnName, definition[0].ColumnType) = (pipeline.InputColumn, pipeline.InputType);
        View = ml.Data.LoadFromEnumerable(_rows, definition);
    }

    public IDataView View { get; }

    /// <summary>Sets the rows, each of which has as many numbers as the column.</summary>
    public void Set(IReadOnlyList<float[]> rows) => _rows.Now = rows;

    private sealed class Row
    {
        public float[] Values { get; set; } = [];
    }

    private sealed class CurrentRows : IEnumerable<Row>
    {
        public IReadOnlyList<float[]> Now { get; set; } = [];

        public IEnumerator<Row> GetEnumerator() => Now.Select(values => new Row { Values = values }).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
