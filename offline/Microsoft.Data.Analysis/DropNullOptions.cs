namespace Microsoft.Data.Analysis;

/// <summary>Whether one null is enough to drop a row, or all of its values must be.</summary>
public enum DropNullOptions
{
    Any = 0,
    All = 1,
}
