using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.Png;

/// <summary>Writes PNG files of 8 bits a sample.</summary>
internal static class PngWriter
{
    public static ReadOnlyMemory<byte> Write(MLImage image)
    {
        var rows = new PngRows(image);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = (byte)rows.ColorType;

        using var data = new MemoryStream();
        using (var deflater = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
            Deflate(rows, image.Width, image.Height, deflater);

        using var file = new MemoryStream();
        file.Write(PngChunkReader.Signature);
        WriteChunk(file, PngChunkType.Header, header);
        WriteChunk(file, PngChunkType.Data, data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(file, PngChunkType.End, []);
        return file.GetBuffer().AsMemory(0, (int)file.Length);
    }

    private static void Deflate(PngRows rows, int width, int height, Stream deflater)
    {
        var above = new byte[width * rows.Channels];
        var row = new byte[above.Length];
        var candidate = new byte[1 + row.Length];
        var best = new byte[1 + row.Length];
        for (var y = 0; y < height; y++)
        {
            rows.Copy(y, row);
            var least = long.MaxValue;
            for (byte filter = 0; filter < PngFilter.Count; filter++)
            {
                candidate[0] = filter;
                PngFilter.Apply(filter, row, above, rows.Channels, candidate.AsSpan(1));
                var size = SumOfDifferences(candidate.AsSpan(1));
                if (size < least)
                {
                    least = size;
                    (candidate, best) = (best, candidate);
                }
            }
            deflater.Write(best);
            (row, above) = (above, row);
        }
    }

    /// <summary>The sum of absolute differences: what the PNG specification proposes for choosing a row's filter.</summary>
    private static long SumOfDifferences(ReadOnlySpan<byte> differences)
    {
        var sum = 0L;
        foreach (var difference in differences)
            sum += Math.Min((int)difference, 256 - difference);
        return sum;
    }

    private static void WriteChunk(MemoryStream file, uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        BinaryPrimitives.WriteUInt32BigEndian(number, type);
        file.Write(number);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, number), data));
        file.Write(number);
    }
}
