using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>Splits the rows of a view into consecutive parts whose sizes differ by at most one row.</summary>
internal static class Shards
{
    public static IDataView Take(DataOperationsCatalog catalog, IDataView input, int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (index < 0 || index >= count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The index must be 0 to {count - 1} for {count} shards.");
        var rows = input.GetRowCount() ?? Count(input);
        var (start, end) = ((long)((Int128)rows * index / count), (long)((Int128)rows * (index + 1) / count));
        // TakeRows and SkipRows of ML.NET require a count of 1 or more.
        if (start == end)
            return rows == 0 ? input : catalog.SkipRows(input, rows);
        return catalog.TakeRows(start == 0 ? input : catalog.SkipRows(input, start), end - start);
    }

    private static long Count(IDataView input)
    {
        using var cursor = input.GetRowCursor([]);
        var count = 0L;
        while (cursor.MoveNext())
            count++;
        return count;
    }
}
