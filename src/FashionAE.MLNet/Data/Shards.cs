using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>Divides the rows of a view into parts that follow each other and whose sizes differ by one row at most.</summary>
internal static class Shards
{
    public static IDataView Take(DataOperationsCatalog catalog, IDataView input, int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (index < 0 || index >= count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"Of {count} shards the index is 0 to {count - 1}.");
        var rows = input.GetRowCount() ?? Count(input);
        var (start, end) = ((long)((Int128)rows * index / count), (long)((Int128)rows * (index + 1) / count));
        // ML.NET skips and takes one row at least.
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
