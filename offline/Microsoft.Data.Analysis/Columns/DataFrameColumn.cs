using System.Collections;
using System.Text;

namespace Microsoft.Data.Analysis;

/// <summary>A named column of values, some of which may be missing.</summary>
public abstract partial class DataFrameColumn : IEnumerable
{
    private readonly List<DataFrameColumnCollection> _owners = [];
    private long _length;

    protected DataFrameColumn(string name, long length, Type type)
    {
        (Name, DataType, Length) = (name, type, length);
    }

    public long Length
    {
        get => _length;
        protected set => _length = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"Column '{Name}' cannot have {value} rows.");
    }

    public abstract long NullCount { get; }

    public string Name { get; private set; }

    public Type DataType { get; }

    public object this[long rowIndex]
    {
        get => GetValue(rowIndex);
        set => SetValue(rowIndex, value);
    }

    public IReadOnlyList<object> this[long startIndex, int length] => GetValues(startIndex, length);

    public static PrimitiveDataFrameColumn<T> Create<T>(string name, IEnumerable<T?> values)
        where T : unmanaged => new(name, values);

    public static PrimitiveDataFrameColumn<T> Create<T>(string name, IEnumerable<T> values)
        where T : unmanaged => new(name, values);

    public static StringDataFrameColumn Create(string name, IEnumerable<string> values) => new(name, values);

    /// <summary>Renames the column, in every frame that holds it too.</summary>
    public void SetName(string newName)
    {
        foreach (var owner in _owners)
            owner.CheckNewName(this, newName);
        Name = newName;
        foreach (var owner in _owners)
            owner.NamesChanged();
    }

    public virtual bool IsValid(long index) => this[index] is not null;

    public DataFrameColumn Clone(long numberOfNullsToAppend = 0) => CloneImplementation(numberOfNullsToAppend);

    /// <summary>The rows that a column of row numbers (int or long) names, or those where a column of bool is true.</summary>
    public DataFrameColumn Clone(DataFrameColumn mapIndices, bool invertMapIndices = false, long numberOfNullsToAppend = 0) =>
        CloneImplementation(mapIndices, invertMapIndices, numberOfNullsToAppend);

    public DataFrameColumn Sort(bool ascending = true, bool putNullValuesLast = true) =>
        Clone(GetSortIndices(ascending, putNullValuesLast));

    public virtual DataFrameColumn FillNulls(object value, bool inPlace = false) => FillNullsImplementation(value, inPlace);

    public virtual Dictionary<TKey, ICollection<long>> GroupColumnValues<TKey>(out HashSet<long> nullIndices) =>
        throw NotImplemented("grouping");

    public virtual DataFrame ValueCounts() => throw NotImplemented("counting values");

    public virtual GroupBy GroupBy(int columnIndex, DataFrame parent) => throw NotImplemented("grouping");

    public virtual StringDataFrameColumn Info() => new(Name, [DataType.ToString(), $"{Length - NullCount}"]);

    public override string ToString() => ToString(DataFrame.RowsInText);

    public string ToString(long rowsToShow)
    {
        var text = new StringBuilder().AppendLine(Name);
        for (var row = 0L; row < Math.Min(Length, rowsToShow); row++)
            text.AppendLine($"{this[row] ?? "null"}");
        if (rowsToShow < Length)
            text.AppendLine($"Showing {rowsToShow} of {Length} rows");
        return text.Append($"Name: {Name}, Type: {DataType}").ToString();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumeratorCore();

    internal void AddOwner(DataFrameColumnCollection owner) => _owners.Add(owner);

    internal void RemoveOwner(DataFrameColumnCollection owner) => _owners.Remove(owner);

    /// <summary>The text of a value in a CSV file.</summary>
    internal abstract string Format(long rowIndex, IFormatProvider culture);

    protected internal virtual void Resize(long length) => throw NotImplemented("a new length");

    protected internal abstract PrimitiveDataFrameColumn<long> GetSortIndices(bool ascending, bool putNullValuesLast);

    protected internal virtual void AddDataViewColumn(ML.DataViewSchema.Builder builder) => throw NotImplemented("a data view");

    protected internal virtual Delegate GetDataViewGetter(ML.DataViewRowCursor cursor) => throw NotImplemented("a data view");

    protected internal virtual Delegate GetValueGetterUsingCursor(ML.DataViewRowCursor cursor, ML.DataViewSchema.Column schemaColumn) =>
        throw NotImplemented("a data view");

    protected internal virtual void AddValueUsingCursor(ML.DataViewRowCursor cursor, Delegate ValueGetter) =>
        throw NotImplemented("a data view");

    protected abstract object GetValue(long rowIndex);

    protected abstract IReadOnlyList<object> GetValues(long startIndex, int length);

    protected abstract void SetValue(long rowIndex, object value);

    protected abstract IEnumerator GetEnumeratorCore();

    protected abstract DataFrameColumn CloneImplementation(DataFrameColumn mapIndices, bool invertMapIndices, long numberOfNullsToAppend);

    protected abstract DataFrameColumn CloneImplementation(long numberOfNullsToAppend = 0);

    protected abstract DataFrameColumn FillNullsImplementation(object value, bool inPlace);

    private protected NotImplementedException NotImplemented(string what) => new($"Column '{Name}' of {DataType} does not support {what}.");

    private protected ArgumentException WrongValue(object value, string parameter) =>
        new($"Column '{Name}' holds {DataType}, and {value ?? "null"} is {value?.GetType().ToString() ?? "not one"}.", parameter);
}
