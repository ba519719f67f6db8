using System.Text;

namespace Microsoft.Data.Analysis;

/// <summary>A table in memory: columns of one length.</summary>
public partial class DataFrame
{
    internal const int RowsInText = 25;

    public DataFrame(IEnumerable<DataFrameColumn> columns)
    {
        Columns = new DataFrameColumnCollection(columns, () => _schema = null);
        Rows = new DataFrameRowCollection(this);
    }

    public DataFrame(params DataFrameColumn[] columns)
        : this((IEnumerable<DataFrameColumn>)columns)
    {
    }

    public DataFrameColumnCollection Columns { get; }

    public DataFrameRowCollection Rows { get; }

    public object this[long rowIndex, int columnIndex]
    {
        get => Columns[columnIndex][rowIndex];
        set => Columns[columnIndex][rowIndex] = value;
    }

    public DataFrameColumn this[string columnName]
    {
        get => Columns[columnName];
        set => Columns[columnName] = value;
    }

    public DataFrame this[PrimitiveDataFrameColumn<bool> rowFilter] => Filter(rowFilter);

    public DataFrame this[PrimitiveDataFrameColumn<int> rowIndices] => Filter(rowIndices);

    public DataFrame this[PrimitiveDataFrameColumn<long> rowIndices] => Filter(rowIndices);

    public DataFrame this[IEnumerable<bool> rowFilter] => Filter(new PrimitiveDataFrameColumn<bool>("Filter", rowFilter));

    public DataFrame this[IEnumerable<int> rowIndices] => Filter(new PrimitiveDataFrameColumn<int>("Filter", rowIndices));

    public DataFrame this[IEnumerable<long> rowIndices] => Filter(new PrimitiveDataFrameColumn<long>("Filter", rowIndices));

    public DataFrame Filter(PrimitiveDataFrameColumn<bool> filter) => Select(filter);

    public DataFrame Filter(PrimitiveDataFrameColumn<int> rowIndices) => Select(rowIndices);

    public DataFrame Filter(PrimitiveDataFrameColumn<long> rowIndices) => Select(rowIndices);

    public DataFrame Clone() => Select(null);

    public DataFrame Head(int numberOfRows) => Range(0, numberOfRows);

    public DataFrame Tail(int numberOfRows) => Range(Rows.Count - numberOfRows, numberOfRows);

    public DataFrame OrderBy(string columnName, bool ascending = true, bool putNullValuesLast = true) =>
        Filter(Columns[columnName].GetSortIndices(ascending, putNullValuesLast));

    public DataFrame OrderByDescending(string columnName, bool putNullValuesLast = true) =>
        OrderBy(columnName, ascending: false, putNullValuesLast);

    /// <summary>Groups rows by the value of a column. Rows without a value are in no group.</summary>
    public GroupBy GroupBy(string columnName) => Columns[columnName].GroupBy(Columns.IndexOf(columnName), this);

    public GroupBy<TKey> GroupBy<TKey>(string columnName) => GroupBy(columnName) as GroupBy<TKey>
        ?? throw new InvalidCastException($"Column '{columnName}' holds {this[columnName].DataType}, so it cannot be grouped by {typeof(TKey)}.");

    /// <summary>The type and the number of values of every column.</summary>
    public DataFrame Info() => Summary("Info", ["DataType", "Length (excluding null values)"], Columns.Select(column => column.Info()));

    /// <summary>Number of values, maximum, minimum and mean of every column of numbers or dates.</summary>
    public DataFrame Description() => Summary(
        "Description", ["Length (excluding null values)", "Max", "Min", "Mean"],
        Columns.Where(column => column.HasDescription()).Select(column => column.Description()));

    public DataFrame DropNulls(DropNullOptions options = DropNullOptions.Any)
    {
        var keep = new PrimitiveDataFrameColumn<bool>("Filter");
        for (var row = 0L; row < Rows.Count; row++)
        {
            var valid = Columns.Count(column => column.IsValid(row));
            keep.Append(options == DropNullOptions.Any ? valid == Columns.Count : valid > 0);
        }
        return Filter(keep);
    }

    public DataFrame FillNulls(object value, bool inPlace = false)
    {
        var frame = inPlace ? this : Clone();
        foreach (var column in frame.Columns)
            column.FillNulls(value, inPlace: true);
        return frame;
    }

    public override string ToString() => ToString(RowsInText);

    public string ToString(long rowsToShow)
    {
        var width = Math.Max(10, Columns.Select(column => column.Name.Length + 1).DefaultIfEmpty().Max());
        var text = new StringBuilder();
        AppendLine(Columns.Select(column => column.Name));
        for (var row = 0L; row < Math.Min(Rows.Count, rowsToShow); row++)
            AppendLine(Rows[row]);
        if (rowsToShow < Rows.Count)
            text.AppendLine($"Showing {rowsToShow} of {Rows.Count} rows");
        return text.ToString();

        void AppendLine(IEnumerable<object> values)
        {
            foreach (var value in values)
                text.Append((value ?? "null").ToString().PadRight(width));
            text.AppendLine();
        }
    }

    private static DataFrame Summary(string name, string[] rows, IEnumerable<DataFrameColumn> columns)
    {
        var summary = new DataFrame(columns);
        if (summary.Columns.Count > 0)
            summary.Columns.Insert(0, new StringDataFrameColumn(name, rows));
        return summary;
    }

    private DataFrame Select(DataFrameColumn rows) => new(Columns.Select(column => column.Clone(rows)));

    private DataFrame Range(long first, int numberOfRows)
    {
        if (numberOfRows < 0 || numberOfRows > Rows.Count)
            throw new ArgumentOutOfRangeException(nameof(numberOfRows), $"The frame has {Rows.Count} rows, so {numberOfRows} cannot be taken.");
        return Filter(new PrimitiveDataFrameColumn<long>("Filter", Enumerable.Range(0, numberOfRows).Select(row => first + row)));
    }
}
