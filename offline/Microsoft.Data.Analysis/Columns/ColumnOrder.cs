namespace Microsoft.Data.Analysis;

/// <summary>The order that sorts a column: equal values stay in their order, or in its reverse when descending.</summary>
internal static class ColumnOrder
{
    public static PrimitiveDataFrameColumn<long> Of<T>(
        IReadOnlyList<T> values, Func<T, bool> isNull, IComparer<T> comparer, bool ascending, bool nullsLast)
    {
        var (rows, nulls) = (new List<long>(values.Count), new List<long>());
        for (var row = 0; row < values.Count; row++)
            (isNull(values[row]) ? nulls : rows).Add(row);
        rows = [.. rows.Order(Comparer<long>.Create((a, b) => comparer.Compare(values[(int)a], values[(int)b])))];
        if (!ascending)
            rows.Reverse();
        return new("SortIndices", nullsLast ? rows.Concat(nulls) : nulls.Concat(rows));
    }
}
