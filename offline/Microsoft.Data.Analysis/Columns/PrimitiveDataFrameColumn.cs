using System.Collections;

namespace Microsoft.Data.Analysis;

/// <summary>A column of numbers, truth values or dates, any of which may be null.</summary>
public partial class PrimitiveDataFrameColumn<T> : DataFrameColumn, IEnumerable<T?>
    where T : unmanaged
{
    private readonly ColumnValues<T?> _values = new(typeof(T).Name);
    private long _nullCount;

    public PrimitiveDataFrameColumn(string name, IEnumerable<T?> values)
        : base(name, 0, typeof(T))
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var value in values)
            Append(value);
    }

    public PrimitiveDataFrameColumn(string name, IEnumerable<T> values)
        : this(name, (values ?? throw new ArgumentNullException(nameof(values))).Select(value => (T?)value))
    {
    }

    public PrimitiveDataFrameColumn(string name, long length = 0)
        : base(name, length, typeof(T))
    {
        Resize(length);
    }

    public override long NullCount => _nullCount;

    public new T? this[long rowIndex]
    {
        get => _values[rowIndex];
        set
        {
            _nullCount += (value is null ? 1 : 0) - (_values[rowIndex] is null ? 1 : 0);
            _values[rowIndex] = value;
        }
    }

    public new IReadOnlyList<T?> this[long startIndex, int length] => _values.Slice(startIndex, length);

    public void Append(T? value)
    {
        _values.All.Add(value);
        _nullCount += value is null ? 1 : 0;
        Length = _values.Count;
    }

    public override bool IsValid(long index) => _values[index] is not null;

    public IEnumerator<T?> GetEnumerator() => _values.All.GetEnumerator();

    public override bool IsNumericColumn() => NumberKind<T>.Instance is not null;

    public PrimitiveDataFrameColumn<T> FillNulls(T value, bool inPlace = false)
    {
        var column = inPlace ? this : Clone();
        for (var row = 0L; row < column.Length; row++)
            column[row] ??= value;
        return column;
    }

    public new PrimitiveDataFrameColumn<T> Sort(bool ascending = true, bool putNullValuesLast = true) =>
        Clone(GetSortIndices(ascending, putNullValuesLast));

    public override Dictionary<TKey, ICollection<long>> GroupColumnValues<TKey>(out HashSet<long> nullIndices) =>
        ColumnGroups.Of(_values.All.Select(value => (value is null, value.GetValueOrDefault())), out nullIndices) as Dictionary<TKey, ICollection<long>>
        ?? throw NotImplemented($"grouping by {typeof(TKey)}");

    public override GroupBy GroupBy(int columnIndex, DataFrame parent) => new GroupBy<T>(parent, columnIndex, GroupColumnValues<T>(out _));

    public override DataFrame ValueCounts()
    {
        var groups = GroupColumnValues<T>(out _);
        return new DataFrame(
            new PrimitiveDataFrameColumn<T>("Values", groups.Keys),
            new PrimitiveDataFrameColumn<long>("Counts", groups.Values.Select(rows => (long)rows.Count)));
    }

    internal override string Format(long rowIndex, IFormatProvider culture) => this[rowIndex] switch
    {
        null => "",
        float value => value.ToString("G9", culture),
        double value => value.ToString("G17", culture),
        { } value => Convert.ToString(value, culture),
    };

    protected internal override void Resize(long length)
    {
        var before = _values.Count;
        _values.Resize(length, null);
        _nullCount += _values.Count - before;
        Length = length;
    }

    protected internal override PrimitiveDataFrameColumn<long> GetSortIndices(bool ascending = true, bool putNullValuesLast = true) =>
        ColumnOrder.Of(_values.All, value => value is null, Comparer<T?>.Default, ascending, putNullValuesLast);

    protected virtual PrimitiveDataFrameColumn<T> CreateNewColumn(string name, long length = 0) => new(name, length);

    protected T? GetTypedValue(long rowIndex) => this[rowIndex];

    protected override object GetValue(long rowIndex) => this[rowIndex];

    protected override IReadOnlyList<object> GetValues(long startIndex, int length) => this[startIndex, length].Cast<object>().ToList();

    protected override void SetValue(long rowIndex, object value) =>
        this[rowIndex] = value is null ? null : value is T typed ? typed : throw WrongValue(value, nameof(value));

    protected override IEnumerator GetEnumeratorCore() => GetEnumerator();

    protected override DataFrameColumn FillNullsImplementation(object value, bool inPlace) =>
        FillNulls((T)Convert.ChangeType(value, typeof(T)), inPlace);
}
