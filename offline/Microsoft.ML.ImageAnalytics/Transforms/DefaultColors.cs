namespace Microsoft.ML.Transforms.Image;

/// <summary>The values of colours that a vector does not have.</summary>
internal sealed record DefaultColors(int Alpha, int Red, int Green, int Blue)
{
    public static DefaultColors Load(BinaryReader reader) => new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());

    public void Save(BinaryWriter writer)
    {
        foreach (var value in (int[])[Alpha, Red, Green, Blue])
            writer.Write(value);
    }
}
