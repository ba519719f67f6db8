namespace Microsoft.Data.Analysis;

/// <summary>The rows of every value of a column, in the order in which the values first occur.</summary>
internal static class ColumnGroups
{
    public static Dictionary<TKey, ICollection<long>> Of<TKey>(IEnumerable<(bool IsNull, TKey Key)> values, out HashSet<long> nullIndices)
    {
        var groups = new Dictionary<TKey, ICollection<long>>();
        nullIndices = [];
        var row = 0L;
        foreach (var (isNull, key) in values)
        {
            if (isNull)
                nullIndices.Add(row);
            else if (groups.TryGetValue(key, out var rows))
                rows.Add(row);
            else
                groups.Add(key, new List<long> { row });
            row++;
        }
        return groups;
    }
}
