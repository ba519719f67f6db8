namespace Microsoft.Data.Analysis;

/// <summary>The rows of a frame in groups. Every result has the key first, then a column for each that is named, or for all.</summary>
public abstract class GroupBy
{
    /// <summary>How many values each group has, nulls not counted.</summary>
    public abstract DataFrame Count(params string[] columnNames);

    public abstract DataFrame First(params string[] columnNames);

    public abstract DataFrame Head(int numberOfRows);

    public abstract DataFrame Tail(int numberOfRows);

    public abstract DataFrame Max(params string[] columnNames);

    public abstract DataFrame Min(params string[] columnNames);

    public abstract DataFrame Sum(params string[] columnNames);

    /// <summary>The sum of each group over its number of rows. The package counts the rows without a value too.</summary>
    public abstract DataFrame Mean(params string[] columnNames);
}
