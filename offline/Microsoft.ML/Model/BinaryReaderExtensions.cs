namespace Microsoft.ML;

/// <summary>Reads what may be altered or cut off.</summary>
internal static class BinaryReaderExtensions
{
    /// <summary>Reads how many items follow; there cannot be more than there are bytes left for.</summary>
    /// <exception cref="FormatException">There cannot be so many.</exception>
    public static int ReadCount(this BinaryReader reader, int bytesOfItem)
    {
        var count = reader.ReadInt32();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        return count >= 0 && (long)count * bytesOfItem <= left ? count : throw new FormatException("Corrupt model file");
    }
}
