using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Png;

/// <summary>Builds PNG files from the words of the specification, sharing nothing with the reader.</summary>
internal sealed class PngBuilder
{
    private readonly List<byte> _file = [0x89, .. "PNG\r\n\u001A\n"u8];

    public static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var stream = new ZLibStream(compressed, CompressionLevel.Optimal))
            stream.Write(bytes);
        return compressed.ToArray();
    }

    /// <summary>A whole file.</summary>
    public static byte[] File(PngSource source, params (string Type, byte[] Data)[] beforeData)
    {
        var builder = new PngBuilder().Header(source);
        foreach (var (type, data) in beforeData)
            builder.Chunk(type, data);
        return builder.Chunk("IDAT", Compress(source.Serialize())).End();
    }

    public PngBuilder Header(PngSource source) =>
        Header(source.Width, source.Height, (byte)source.Depth, (byte)source.ColorType, source.Interlaced ? (byte)1 : (byte)0);

    public PngBuilder Header(int width, int height, byte depth, byte colorType, byte interlaced = 0, byte compression = 0, byte filtering = 0)
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[10], data[11], data[12]) = (depth, colorType, compression, filtering, interlaced);
        return Chunk("IHDR", data);
    }

    public PngBuilder Chunk(string type, params byte[] data)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes(type), .. data];
        Write((uint)data.Length);
        _file.AddRange(content);
        Write(Checksum(content));
        return this;
    }

    public PngBuilder Raw(params byte[] bytes)
    {
        _file.AddRange(bytes);
        return this;
    }

    public byte[] End() => Chunk("IEND").Bytes();

    public byte[] Bytes() => [.. _file];

    /// <summary>CRC-32, bit by bit.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var register = uint.MaxValue;
        foreach (var value in bytes)
            for (var bit = 0; bit < 8; bit++)
                register = (register >> 1) ^ (((register ^ ((uint)value >> bit)) & 1) * 0xEDB88320);
        return ~register;
    }

    private void Write(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _file.AddRange(bytes);
    }
}
