using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Microsoft.Data.Analysis;

/// <summary>A column of vectors, none of which is null. A view has it as vectors of no fixed size.</summary>
public class VBufferDataFrameColumn<T> : DataFrameColumn, IEnumerable<VBuffer<T>>
{
    private readonly ColumnValues<VBuffer<T>> _values = new($"vectors of {typeof(T).Name}");

    public VBufferDataFrameColumn(string name, long length = 0)
        : base(name, length, typeof(VBuffer<T>))
    {
        Resize(length);
    }

    public VBufferDataFrameColumn(string name, IEnumerable<VBuffer<T>> values)
        : base(name, 0, typeof(VBuffer<T>))
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var value in values)
            Append(value);
    }

    public override long NullCount => 0;

    public new VBuffer<T> this[long rowIndex]
    {
        get => _values[rowIndex];
        set => _values[rowIndex] = value;
    }

    public void Append(VBuffer<T> value)
    {
        _values.All.Add(value);
        Length = _values.Count;
    }

    public IEnumerator<VBuffer<T>> GetEnumerator() => _values.All.GetEnumerator();

    public new VBufferDataFrameColumn<T> Clone(long numberOfNullsToAppend = 0) =>
        (VBufferDataFrameColumn<T>)CloneImplementation(numberOfNullsToAppend);

    public new VBufferDataFrameColumn<T> Clone(DataFrameColumn mapIndices, bool invertMapIndices, long numberOfNullsToAppend) =>
        (VBufferDataFrameColumn<T>)CloneImplementation(mapIndices, invertMapIndices, numberOfNullsToAppend);

    internal override string Format(long rowIndex, IFormatProvider culture) =>
        $"({string.Join(' ', this[rowIndex].DenseValues().Select(value => Format(value, culture)))})";

    protected internal override void Resize(long length)
    {
        _values.Resize(length, default);
        Length = length;
    }

    protected internal override PrimitiveDataFrameColumn<long> GetSortIndices(bool ascending, bool putNullValuesLast) =>
        throw NotImplemented("sorting");

    protected internal override void AddDataViewColumn(DataViewSchema.Builder builder)
    {
        var item = typeof(T) == typeof(ReadOnlyMemory<char>) ? TextDataViewType.Instance : PrimitiveViewTypes.Of(typeof(T));
        if (item is null or DateTimeDataViewType)
            throw new NotSupportedException($"Column '{Name}' holds vectors of {typeof(T)}, which the view of a frame has not.");
        builder.AddColumn(Name, new VectorDataViewType(item));
    }

    /// <summary>Copies: who reads the view may write into what it gets.</summary>
    protected internal override Delegate GetDataViewGetter(DataViewRowCursor cursor) =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => this[cursor.Position].CopyTo(ref value));

    protected internal override Delegate GetValueGetterUsingCursor(DataViewRowCursor cursor, DataViewSchema.Column schemaColumn) =>
        cursor.GetGetter<VBuffer<T>>(schemaColumn);

    /// <summary>Copies, since the getter may have handed out a vector of its own.</summary>
    protected internal override void AddValueUsingCursor(DataViewRowCursor cursor, Delegate getter)
    {
        VBuffer<T> value = default;
        VBuffer<T> copy = default;
        ((ValueGetter<VBuffer<T>>)getter)(ref value);
        value.CopyTo(ref copy);
        Append(copy);
    }

    protected override object GetValue(long rowIndex) => this[rowIndex];

    protected override IReadOnlyList<object> GetValues(long startIndex, int length) =>
        _values.Slice(startIndex, length).Cast<object>().ToList();

    protected override void SetValue(long rowIndex, object value) => this[rowIndex] = value switch
    {
        VBuffer<T> vector => vector,
        null => throw new NotSupportedException($"Column '{Name}' holds vectors, and none can be null."),
        _ => throw WrongValue(value, nameof(value)),
    };

    protected VBuffer<T> GetTypedValue(long rowIndex) => this[rowIndex];

    protected void SetTypedValue(long rowIndex, VBuffer<T> value) => this[rowIndex] = value;

    protected override IEnumerator GetEnumeratorCore() => GetEnumerator();

    /// <summary>There are no nulls to append.</summary>
    protected override DataFrameColumn CloneImplementation(long numberOfNullsToAppend) => new VBufferDataFrameColumn<T>(Name, _values.All);

    protected override DataFrameColumn CloneImplementation(DataFrameColumn mapIndices, bool invertMapIndices = false, long numberOfNullsToAppend = 0) =>
        new VBufferDataFrameColumn<T>(Name, mapIndices is null ? _values.All : _values.Select(mapIndices, invertMapIndices, default));

    protected override DataFrameColumn FillNullsImplementation(object value, bool inPlace) => inPlace ? this : Clone();

    private static string Format(T value, IFormatProvider culture) => value switch
    {
        float number => number.ToString("G9", culture),
        double number => number.ToString("G17", culture),
        _ => string.Create(culture, $"{value}"),
    };
}
