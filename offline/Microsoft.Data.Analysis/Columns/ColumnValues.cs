namespace Microsoft.Data.Analysis;

/// <summary>The values of a column, with what all columns do to them whatever their type.</summary>
internal sealed class ColumnValues<T>(string kind)
{
    private readonly List<T> _values = [];

    public int Count => _values.Count;

    public List<T> All => _values;

    public T this[long row]
    {
        get => _values[IndexOf(row)];
        set => _values[IndexOf(row)] = value;
    }

    public void Resize(long length, T value)
    {
        if (length < Count)
            throw new ArgumentException($"A column of {kind} with {Count} rows cannot shrink to {length}.", nameof(length));
        if (length > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(length), $"A column cannot hold {length} rows; the most is {Array.MaxLength}.");
        _values.EnsureCapacity((int)length);
        while (Count < length)
            _values.Add(value);
    }

    public IReadOnlyList<T> Slice(long start, int length)
    {
        var first = IndexOf(start);
        return _values.GetRange(first, Math.Min(length, Count - first));
    }

    /// <summary>The rows that <paramref name="mapIndices"/> names, <paramref name="missing"/> where it names none.</summary>
    public IEnumerable<T> Select(DataFrameColumn mapIndices, bool inverted, T missing) => mapIndices switch
    {
        PrimitiveDataFrameColumn<bool> filter => Filter(filter),
        PrimitiveDataFrameColumn<long> rows => Pick(inverted ? rows.Reverse() : rows, missing),
        PrimitiveDataFrameColumn<int> rows => Pick((inverted ? rows.Reverse() : rows).Select(row => (long?)row), missing),
        _ => throw new ArgumentException(
            $"Rows are chosen by a column of long, int or bool; '{mapIndices.Name}' holds {mapIndices.DataType}.", nameof(mapIndices)),
    };

    private IEnumerable<T> Filter(PrimitiveDataFrameColumn<bool> mapIndices)
    {
        if (mapIndices.Length > Count)
            throw new ArgumentException($"The filter '{mapIndices.Name}' has {mapIndices.Length} rows, the column has {Count}.", nameof(mapIndices));
        return _values.Zip(mapIndices).Where(pair => pair.Second == true).Select(pair => pair.First);
    }

    private IEnumerable<T> Pick(IEnumerable<long?> rows, T missing) => rows.Select(row => row is { } index ? this[index] : missing);

    private int IndexOf(long rowIndex) => rowIndex >= 0 && rowIndex < Count
        ? (int)rowIndex
        : throw new ArgumentOutOfRangeException(nameof(rowIndex), $"There is no row {rowIndex}: the column of {kind} has {Count} rows.");
}
