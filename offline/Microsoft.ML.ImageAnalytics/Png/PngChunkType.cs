using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Png;

/// <summary>The four letters that say what a chunk is, as a number.</summary>
internal static class PngChunkType
{
    public const uint Header = 0x49484452; // IHDR
    public const uint Palette = 0x504C5445; // PLTE
    public const uint Transparency = 0x74524E53; // tRNS
    public const uint Data = 0x49444154; // IDAT
    public const uint End = 0x49454E44; // IEND

    /// <summary>A small first letter marks what a reader may skip without knowing it.</summary>
    public static bool IsCritical(uint type) => (type & 0x20000000) == 0;

    public static bool IsValid(uint type)
    {
        for (var shift = 0; shift < 32; shift += 8)
            if (!char.IsAsciiLetter((char)(byte)(type >> shift)))
                return false;
        return true;
    }

    public static string Name(uint type)
    {
        Span<byte> letters = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(letters, type);
        return Encoding.ASCII.GetString(letters);
    }
}
