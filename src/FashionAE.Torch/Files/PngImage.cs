using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace FashionAE.Torch;

/// <summary>A picture of interleaved bytes, row by row: gray with one channel, or red, green and blue with three.</summary>
internal sealed record PngImage(int Width, int Height, int Channels, byte[] Pixels)
{
    /// <summary>Encodes the picture as PNG.</summary>
    public byte[] Encode()
    {
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var row in Pixels.Chunk(Width * Channels))
            {
                zlib.WriteByte(0); // No filter.
                zlib.Write(row);
            }
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = (8, (byte)(Channels == 1 ? 0 : 2)); // 8 bits for each value; gray or color.
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), PngChecksum.Of(chunk.AsSpan(4, content.Length + 4)));
        return chunk;
    }
}
