namespace Microsoft.ML.Data;

/// <summary>Says how many values a member holds; without it, or with 0, rows may differ.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class VectorTypeAttribute : Attribute
{
    public VectorTypeAttribute()
    {
    }

    public VectorTypeAttribute(int size)
        : this([size])
    {
    }

    public VectorTypeAttribute(params int[] dimensions)
    {
        if (dimensions.Any(d => d < 0))
            throw new ArgumentOutOfRangeException(nameof(dimensions), "A dimension cannot be negative.");
        Dimensions = dimensions;
    }

    internal int[] Dimensions { get; } = [];
}
