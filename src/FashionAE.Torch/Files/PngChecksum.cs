namespace FashionAE.Torch;

/// <summary>Computes the checksum of a chunk in a PNG file: CRC-32 as in ISO/IEC 15948, annex D.</summary>
internal static class PngChecksum
{
    private static readonly uint[] OfBytes = [.. Enumerable.Range(0, 256).Select(OfByte)];

    /// <summary>Returns the checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Add(uint.MaxValue, bytes);

    /// <summary>
    /// Updates a checksum with more bytes. It starts as <see cref="uint.MaxValue"/>, and the caller inverts it at the end.
    /// </summary>
    public static uint Add(uint checksum, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            checksum = OfBytes[(byte)(checksum ^ value)] ^ (checksum >> 8);
        return checksum;
    }

    private static uint OfByte(int value)
    {
        var checksum = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            checksum = (checksum & 1) == 0 ? checksum >> 1 : 0xedb88320 ^ (checksum >> 1);
        return checksum;
    }
}
