using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Png;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Png;

public sealed class PngWriterTests
{
    /// <summary>The whole IEND chunk, as it stands at the end of every PNG.</summary>
    private static readonly byte[] End = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82];

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void Opaque_colours_are_written_as_rgb(MLPixelFormat format)
    {
        byte[] pixels = [1, 2, 3, 255, 101, 102, 103, 255];
        var (colorType, rows) = Write(2, 1, format, pixels);
        Assert.Equal(2, colorType);
        byte[] expected = format == MLPixelFormat.Bgra32 ? [3, 2, 1, 103, 102, 101] : [1, 2, 3, 101, 102, 103];
        Assert.Equal([1, .. expected[..3], 100, 100, 100], rows); // the filter Sub
    }

    [Fact]
    public void Opaque_grays_are_written_as_gray()
    {
        var (colorType, rows) = Write(1, 2, MLPixelFormat.Bgra32, [9, 9, 9, 255, 200, 200, 200, 255]);
        Assert.Equal(0, colorType);
        Assert.Equal([0, 9, 0, 200], rows);
    }

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void Colours_are_divided_by_alpha(MLPixelFormat format)
    {
        var (colorType, rows) = Write(1, 1, format, [64, 32, 16, 128]);
        Assert.Equal(6, colorType);
        byte[] expected = [32, 64, 128, 128]; // 16, 32 and 64 times 255/128
        Assert.Equal(format == MLPixelFormat.Bgra32 ? [0, .. expected] : [0, 128, 64, 32, 128], rows);
    }

    [Fact]
    public void Each_row_has_the_filter_with_the_least_differences()
    {
        byte[] ramp = [.. Enumerable.Range(0, 16).Select(x => (byte)(100 + (2 * x)))];
        byte[] gray = [.. ramp, .. ramp, .. new byte[16]];
        var pixels = gray.SelectMany(value => (byte[])[value, value, value, 255]).ToArray();

        var (_, rows) = Write(16, 3, MLPixelFormat.Bgra32, pixels);

        byte[] expected = [1, 100, .. Enumerable.Repeat((byte)2, 15), 2, .. new byte[16], 0, .. new byte[16]];
        Assert.Equal(expected, rows);
    }

    [Fact]
    public void What_is_written_reads_back()
    {
        foreach (var (width, height) in new[] { (1, 1), (7, 3), (3, 8), (28, 28) })
        {
            var state = 1u;
            var pixels = new byte[4 * width * height];
            for (var i = 0; i < pixels.Length; i++)
            {
                state = (state * 1664525) + 1013904223;
                pixels[i] = (byte)(state >> 24);
            }
            for (var i = 0; i < pixels.Length; i += 4)
                for (var c = 0; c < 3; c++)
                    pixels[i + c] = Math.Min(pixels[i + c], pixels[i + 3]);
            using var image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);

            using var read = PngReader.Read(PngWriter.Write(image).Span);

            Assert.Equal(pixels, read.Pixels.ToArray());
        }
    }

    [Fact]
    public void The_checksum_is_the_standards() => Assert.Equal(0xCBF43926, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));

    /// <summary>Writes an image and takes the file apart.</summary>
    private static (int ColorType, byte[] Rows) Write(int width, int height, MLPixelFormat format, byte[] pixels)
    {
        using var image = MLImage.CreateFromPixels(width, height, format, pixels);
        var file = PngWriter.Write(image).ToArray();

        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13], file[..12]);
        Assert.Equal("IHDR", Encoding.ASCII.GetString(file, 12, 4));
        Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)));
        Assert.Equal(height, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20)));
        Assert.Equal((8, 0, 0, 0), (file[24], file[26], file[27], file[28]));
        Assert.Equal(PngBuilder.Checksum(file.AsSpan(12, 17)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(29)));
        var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33));
        Assert.Equal("IDAT", Encoding.ASCII.GetString(file, 37, 4));
        Assert.Equal(PngBuilder.Checksum(file.AsSpan(37, 4 + length)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(41 + length)));
        Assert.Equal(End, file[(45 + length)..]);

        using var inflated = new MemoryStream();
        using (var stream = new ZLibStream(new MemoryStream(file, 41, length), CompressionMode.Decompress))
            stream.CopyTo(inflated);
        return (file[25], inflated.ToArray());
    }
}
