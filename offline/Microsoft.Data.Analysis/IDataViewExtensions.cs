using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public static class IDataViewExtensions
{
    private const long DefaultRows = 100;

    /// <summary>The first rows of a view as a frame; all of them when <paramref name="maxRows"/> is -1.</summary>
    public static DataFrame ToDataFrame(this IDataView dataView, long maxRows = DefaultRows) => dataView.ToDataFrame(maxRows, null);

    public static DataFrame ToDataFrame(this IDataView dataView, params string[] selectColumns) =>
        dataView.ToDataFrame(DefaultRows, selectColumns);

    public static DataFrame ToDataFrame(this IDataView dataView, long maxRows, params string[] selectColumns)
    {
        ArgumentNullException.ThrowIfNull(dataView);
        var visible = dataView.Schema.Where(column => !column.IsHidden);
        var active = visible.Where(column => selectColumns is not { Length: > 0 } || selectColumns.Contains(column.Name)).ToList();
        var columns = active.Select(NewColumn).ToList();
        using (var cursor = dataView.GetRowCursor(active))
        {
            var getters = columns.Zip(active, (column, source) => column.GetValueGetterUsingCursor(cursor, source)).ToList();
            for (var rows = 0L; (maxRows == -1 || rows < maxRows) && cursor.MoveNext(); rows++)
            {
                for (var i = 0; i < columns.Count; i++)
                    columns[i].AddValueUsingCursor(cursor, getters[i]);
            }
        }
        return new DataFrame(columns);
    }

    private static DataFrameColumn NewColumn(DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType => throw NotSupported(column, "map the keys to their values (MapKeyToValue) or select other columns"),
        TextDataViewType => new StringDataFrameColumn(column.Name),
        PrimitiveDataViewType type when type.Equals(PrimitiveViewTypes.Of(type.RawType)) => TypedColumns.New(type.RawType, column.Name),
        VectorDataViewType { ItemType: TextDataViewType } => new VBufferDataFrameColumn<ReadOnlyMemory<char>>(column.Name),
        VectorDataViewType { ItemType: BooleanDataViewType or NumberDataViewType } vector =>
            TypedColumns.NewVector(vector.ItemType.RawType, column.Name),
        _ => throw NotSupported(column, "select other columns"),
    };

    private static NotSupportedException NotSupported(DataViewSchema.Column column, string remedy) =>
        new($"Column '{column.Name}' of type {column.Type} cannot be a column of a DataFrame: {remedy}.");
}
