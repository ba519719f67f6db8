using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>An offset and a scale of colours.</summary>
internal sealed class PixelScale
{
    /// <exception cref="ArgumentOutOfRangeException">The values are not finite, or the scale is 0.</exception>
    public PixelScale(float offset, float scale)
    {
        if (!float.IsFinite(offset))
            throw Contracts.Invalid("offsetImage", $"The offset is {offset}; it must be finite.");
        if (!float.IsFinite(scale) || scale == 0)
            throw Contracts.Invalid("scaleImage", $"The scale is {scale}; it must be finite and not 0.");
        (Offset, Scale) = (offset, scale);
    }

    public static PixelScale None { get; } = new(0, 1);

    public float Offset { get; }

    public float Scale { get; }

    public bool IsNone => Offset == 0 && Scale == 1;

    public static PixelScale Load(BinaryReader reader) => new(reader.ReadSingle(), reader.ReadSingle());

    public void Save(BinaryWriter writer)
    {
        writer.Write(Offset);
        writer.Write(Scale);
    }
}
