namespace Microsoft.Data.Analysis;

public class GroupBy<TKey> : GroupBy
{
    private readonly DataFrame _frame;
    private readonly DataFrameColumn _keyColumn;
    private readonly IDictionary<TKey, ICollection<long>> _groups;

    public GroupBy(DataFrame dataFrame, int groupByColumnIndex, IDictionary<TKey, ICollection<long>> keyToRowIndices)
    {
        ArgumentNullException.ThrowIfNull(dataFrame);
        ArgumentNullException.ThrowIfNull(keyToRowIndices);
        if (groupByColumnIndex < 0 || groupByColumnIndex >= dataFrame.Columns.Count)
            throw new ArgumentException($"There is no column {groupByColumnIndex}: the frame has {dataFrame.Columns.Count}.", nameof(groupByColumnIndex));
        (_frame, _keyColumn, _groups) = (dataFrame, dataFrame.Columns[groupByColumnIndex], keyToRowIndices);
    }

    public IEnumerable<IGrouping<TKey, DataFrameRow>> Groupings =>
        _groups.SelectMany(group => group.Value.Select(row => (group.Key, Row: _frame.Rows[row]))).GroupBy(pair => pair.Key, pair => pair.Row);

    public override DataFrame Count(params string[] columnNames) =>
        Aggregate(columnNames, (column, rows) => rows.LongCount(column.IsValid), column => new PrimitiveDataFrameColumn<long>(column.Name));

    public override DataFrame First(params string[] columnNames) => Aggregate(columnNames, (column, rows) => column[rows.First()]);

    public override DataFrame Head(int numberOfRows) => Rows(rows => rows.Take(numberOfRows));

    public override DataFrame Tail(int numberOfRows) => Rows(rows => rows.TakeLast(numberOfRows));

    public override DataFrame Max(params string[] columnNames) => Aggregate(columnNames, (column, rows) => column.Max(rows));

    public override DataFrame Min(params string[] columnNames) => Aggregate(columnNames, (column, rows) => column.Min(rows));

    public override DataFrame Sum(params string[] columnNames) => Aggregate(columnNames, (column, rows) => column.Sum(rows));

    public override DataFrame Mean(params string[] columnNames) => Aggregate(
        columnNames, (column, rows) => Convert.ToDouble(column.Sum(rows)) / rows.Count, column => new PrimitiveDataFrameColumn<double>(column.Name));

    private static DataFrameColumn EmptyLike(DataFrameColumn column) => column.Clone(new PrimitiveDataFrameColumn<long>("Empty"));

    private DataFrame Aggregate(
        string[] columnNames, Func<DataFrameColumn, ICollection<long>, object> value, Func<DataFrameColumn, DataFrameColumn> newColumn = null)
    {
        var results = Inputs(columnNames).Select(input =>
        {
            var result = (newColumn ?? EmptyLike)(input);
            return Fill(result, _groups.Values.Select(rows => value(input, rows)));
        });
        return new DataFrame(results.Prepend(Fill(EmptyLike(_keyColumn), _groups.Keys.Cast<object>())));
    }

    private DataFrame Rows(Func<ICollection<long>, IEnumerable<long>> take)
    {
        var rows = new PrimitiveDataFrameColumn<long>("Rows", _groups.Values.SelectMany(take));
        return new DataFrame(Inputs(null).Prepend(_keyColumn).Select(column => column.Clone(rows)));
    }

    private IEnumerable<DataFrameColumn> Inputs(string[] columnNames) =>
        (columnNames is { Length: > 0 } ? columnNames.Select(name => _frame[name]) : _frame.Columns).Where(column => column != _keyColumn);

    private static DataFrameColumn Fill(DataFrameColumn column, IEnumerable<object> values)
    {
        foreach (var value in values)
        {
            column.Resize(column.Length + 1);
            if (value is not null)
                column[column.Length - 1] = value;
        }
        return column;
    }
}
