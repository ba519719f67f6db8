using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Microsoft.Data.Analysis;

/// <summary>A column of text, any of which may be null. In a view a null is an empty text.</summary>
public class StringDataFrameColumn : DataFrameColumn, IEnumerable<string>
{
    private readonly ColumnValues<string> _values = new("text");

    public StringDataFrameColumn(string name, long length = 0)
        : base(name, length, typeof(string))
    {
        Resize(length);
    }

    public StringDataFrameColumn(string name, IEnumerable<string> values)
        : base(name, 0, typeof(string))
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var value in values)
            Append(value);
    }

    public override long NullCount => _values.All.LongCount(value => value is null);

    public new string this[long rowIndex]
    {
        get => _values[rowIndex];
        set => _values[rowIndex] = value;
    }

    public new List<string> this[long startIndex, int length] => [.. _values.Slice(startIndex, length)];

    public void Append(string value)
    {
        _values.All.Add(value);
        Length = _values.Count;
    }

    public IEnumerator<string> GetEnumerator() => _values.All.GetEnumerator();

    public StringDataFrameColumn FillNulls(string value, bool inPlace = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        var column = inPlace ? this : Clone();
        for (var row = 0L; row < column.Length; row++)
            column[row] ??= value;
        return column;
    }

    public new StringDataFrameColumn Clone(long numberOfNullsToAppend = 0) =>
        (StringDataFrameColumn)CloneImplementation(numberOfNullsToAppend);

    public new StringDataFrameColumn Clone(DataFrameColumn mapIndices, bool invertMapIndices, long numberOfNullsToAppend) =>
        (StringDataFrameColumn)CloneImplementation(mapIndices, invertMapIndices, numberOfNullsToAppend);

    public new StringDataFrameColumn Sort(bool ascending = true, bool putNullValuesLast = true) =>
        Clone(GetSortIndices(ascending, putNullValuesLast), invertMapIndices: false, numberOfNullsToAppend: 0);

    public override PrimitiveDataFrameColumn<bool> ElementwiseEquals<T>(T value) => ElementwiseEquals(value?.ToString());

    public override PrimitiveDataFrameColumn<bool> ElementwiseNotEquals<T>(T value) => ElementwiseNotEquals(value?.ToString());

    public PrimitiveDataFrameColumn<bool> ElementwiseEquals(string value) => Compare(row => this[row] == value);

    public PrimitiveDataFrameColumn<bool> ElementwiseNotEquals(string value) => Compare(row => this[row] != value);

    public override Dictionary<TKey, ICollection<long>> GroupColumnValues<TKey>(out HashSet<long> nullIndices) =>
        ColumnGroups.Of(_values.All.Select(value => (value is null, value)), out nullIndices) as Dictionary<TKey, ICollection<long>>
        ?? throw NotImplemented($"grouping by {typeof(TKey)}");

    public override GroupBy GroupBy(int columnIndex, DataFrame parent) =>
        new GroupBy<string>(parent, columnIndex, GroupColumnValues<string>(out _));

    public override DataFrame ValueCounts()
    {
        var groups = GroupColumnValues<string>(out _);
        return new DataFrame(
            new StringDataFrameColumn("Values", groups.Keys),
            new PrimitiveDataFrameColumn<long>("Counts", groups.Values.Select(rows => (long)rows.Count)));
    }

    internal override string Format(long rowIndex, IFormatProvider culture) => this[rowIndex];

    protected internal override void Resize(long length)
    {
        _values.Resize(length, null);
        Length = length;
    }

    protected internal override PrimitiveDataFrameColumn<long> GetSortIndices(bool ascending, bool putNullValuesLast) =>
        ColumnOrder.Of(_values.All, value => value is null, Comparer<string>.Default, ascending, putNullValuesLast);

    protected internal override void AddDataViewColumn(DataViewSchema.Builder builder) =>
        builder.AddColumn(Name, TextDataViewType.Instance);

    protected internal override Delegate GetDataViewGetter(DataViewRowCursor cursor) =>
        (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = this[cursor.Position].AsMemory());

    protected internal override Delegate GetValueGetterUsingCursor(DataViewRowCursor cursor, DataViewSchema.Column schemaColumn) =>
        cursor.GetGetter<ReadOnlyMemory<char>>(schemaColumn);

    protected internal override void AddValueUsingCursor(DataViewRowCursor cursor, Delegate getter)
    {
        ReadOnlyMemory<char> value = default;
        ((ValueGetter<ReadOnlyMemory<char>>)getter)(ref value);
        Append(value.ToString());
    }

    protected override object GetValue(long rowIndex) => this[rowIndex];

    protected override IReadOnlyList<object> GetValues(long startIndex, int length) => this[startIndex, length];

    protected override void SetValue(long rowIndex, object value) =>
        this[rowIndex] = value is null or string ? (string)value : throw WrongValue(value, nameof(value));

    protected override IEnumerator GetEnumeratorCore() => GetEnumerator();

    protected override DataFrameColumn CloneImplementation(long numberOfNullsToAppend) => Copy(_values.All, numberOfNullsToAppend);

    protected override DataFrameColumn CloneImplementation(DataFrameColumn mapIndices, bool invertMapIndices = false, long numberOfNullsToAppend = 0) =>
        Copy(mapIndices is null ? _values.All : _values.Select(mapIndices, invertMapIndices, null), numberOfNullsToAppend);

    protected override DataFrameColumn FillNullsImplementation(object value, bool inPlace) =>
        FillNulls(value as string ?? throw WrongValue(value, nameof(value)), inPlace);

    private StringDataFrameColumn Copy(IEnumerable<string> values, long nulls) =>
        new(Name, values.Concat(Enumerable.Repeat<string>(null, checked((int)nulls))));
}
