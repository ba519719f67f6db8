using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions;

/// <summary>Provides a view of the current batch. Each cursor of the view reads the rows that were set last.</summary>
internal sealed class SourceRows
{
    private IReadOnlyList<float[]> _rows = [];

    public SourceRows(MLContext ml, ServedPipeline pipeline)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        (definition[0].ColumnName, definition[0].ColumnType) = (pipeline.InputColumn, pipeline.InputType);
        View = ml.Data.LoadFromEnumerable(CurrentRows(), definition);
    }

    public IDataView View { get; }

    /// <summary>Sets the rows. Each row must have as many values as the column.</summary>
    public void Set(IReadOnlyList<float[]> rows) => _rows = rows;

    private IEnumerable<Row> CurrentRows()
    {
        foreach (var values in _rows)
            yield return new Row { Values = values };
    }

    private sealed class Row
    {
        public float[] Values { get; set; } = [];
    }
}
