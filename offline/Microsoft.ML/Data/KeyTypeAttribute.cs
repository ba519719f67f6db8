namespace Microsoft.ML.Data;

/// <summary>Makes a column of keys of an unsigned member. The member counts from 0, the column from 1.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class KeyTypeAttribute : Attribute
{
    public KeyTypeAttribute()
    {
    }

    public KeyTypeAttribute(ulong count) => Count = count;

    /// <summary>The number of keys; null for as many as the member can hold.</summary>
    internal ulong? Count { get; }
}
