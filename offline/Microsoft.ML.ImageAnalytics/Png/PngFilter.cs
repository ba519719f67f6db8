namespace Microsoft.ML.Png;

/// <summary>The five filters, which turn the bytes of a row into differences from what a neighbour lets expect.</summary>
internal static class PngFilter
{
    public const int Count = 5;

    /// <summary>Turns a row's differences into its bytes, in place.</summary>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        if (filter >= Count)
            throw new InvalidDataException($"the PNG is damaged: there is no filter {filter}");
        for (var i = 0; i < row.Length; i++)
            row[i] += Predict(filter, i, row, above, distance);
    }

    /// <summary>Turns a row's bytes into differences.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int distance, Span<byte> differences)
    {
        for (var i = 0; i < row.Length; i++)
            differences[i] = (byte)(row[i] - Predict(filter, i, row, above, distance));
    }

    private static byte Predict(int filter, int i, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        int left = i < distance ? 0 : row[i - distance];
        return filter switch
        {
            0 => 0,
            1 => (byte)left,
            2 => above[i],
            3 => (byte)((left + above[i]) / 2),
            _ => Paeth(left, above[i], i < distance ? 0 : above[i - distance]),
        };
    }

    /// <summary>The neighbour nearest to left + above - corner; of equals the first.</summary>
    private static byte Paeth(int left, int above, int corner)
    {
        var toLeft = Math.Abs(above - corner);
        var toAbove = Math.Abs(left - corner);
        var toCorner = Math.Abs(left + above - corner - corner);
        if (toLeft <= toAbove && toLeft <= toCorner)
            return (byte)left;
        return (byte)(toAbove <= toCorner ? above : corner);
    }
}
