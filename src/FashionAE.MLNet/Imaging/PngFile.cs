using System.Buffers.Binary;

namespace FashionAE.MLNet;

/// <summary>
/// Checks the structure of a PNG file (ISO/IEC 15948): a signature, then chunks with length, type, data and checksum, up to IEND.
/// </summary>
internal static class PngFile
{
    private static readonly byte[] Signature = [0x89, .. "PNG\r\n\x1a\n"u8];

    /// <summary>
    /// Determines whether a stream starts like a PNG file but has a damaged chunk or lacks one. Resets the stream to its beginning.
    /// </summary>
    public static bool IsCutOff(Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        var isPng = Fill(stream, start) && start.SequenceEqual(Signature);
        var isCutOff = isPng && !HasAllChunks(stream);
        stream.Position = 0;
        return isCutOff;
    }

    private static bool HasAllChunks(Stream stream)
    {
        Span<byte> header = stackalloc byte[8];
        Span<byte> expected = stackalloc byte[4];
        var data = new byte[1 << 12];
        while (Fill(stream, header))
        {
            var checksum = PngChecksum.Add(uint.MaxValue, header[4..]);
            for (long left = BinaryPrimitives.ReadUInt32BigEndian(header); left > 0;)
            {
                var part = data.AsSpan(0, (int)Math.Min(left, data.Length));
                if (!Fill(stream, part))
                    return false;
                checksum = PngChecksum.Add(checksum, part);
                left -= part.Length;
            }
            if (!Fill(stream, expected) || BinaryPrimitives.ReadUInt32BigEndian(expected) != ~checksum)
                return false;
            if (header[4..].SequenceEqual("IEND"u8))
                return true;
        }
        return false;
    }

    private static bool Fill(Stream stream, Span<byte> bytes) =>
        stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
}
