using Microsoft.ML.Jpeg;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Jpeg;

public sealed class JpegEncoderTests
{
    [Fact]
    public void The_quality_is_100_and_chroma_has_half_the_size()
    {
        using var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [1, 2, 3, 255]);
        var file = JpegEncoder.Encode(image).ToArray();

        // At quality 100 nothing is divided: the table of each quantization (after its length and number) is of ones.
        var table = file.AsSpan().IndexOf((byte[])[0xFF, 0xDB]);
        Assert.All(file[(table + 5)..(table + 69)], divisor => Assert.Equal(1, divisor));

        // Baseline: three components, of which the first is sampled 2x2 times for once of the others.
        var frame = file.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        Assert.Equal([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1], file[(frame + 9)..(frame + 19)]);
        Assert.Equal([0xFF, 0xD9], file[^2..]);
    }

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void Colours_are_written_as_they_are_in_memory_without_alpha(MLPixelFormat format)
    {
        var pixels = Enumerable.Repeat((byte[])[90, 60, 10, 100], 16 * 16).SelectMany(pixel => pixel).ToArray();
        using var image = MLImage.CreateFromPixels(16, 16, format, pixels);

        using var read = JpegDecoder.Decode(JpegEncoder.Encode(image).Span);

        byte[] expected = format == MLPixelFormat.Bgra32 ? [90, 60, 10, 255] : [10, 60, 90, 255];
        foreach (var pixel in read.Pixels.ToArray().Chunk(4))
            Assert.All(expected.Zip(pixel), pair => Assert.InRange(pair.Second, pair.First - 2, pair.First + 2));
    }

    [Fact]
    public void Grays_stay_grays()
    {
        var pixels = Enumerable.Range(0, 16 * 16).SelectMany(i => (byte[])[(byte)i, (byte)i, (byte)i, 255]).ToArray();
        using var image = MLImage.CreateFromPixels(16, 16, MLPixelFormat.Bgra32, pixels);

        using var read = JpegDecoder.Decode(JpegEncoder.Encode(image).Span);

        Assert.All(pixels.Zip(read.Pixels.ToArray()), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
        Assert.All(read.Pixels.ToArray().Chunk(4), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    }

    [Fact]
    public void Noise_fits_the_buffer()
    {
        var pixels = new byte[4 * 33 * 17];
        var state = 1u;
        for (var i = 0; i < pixels.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            pixels[i] = (byte)((state >> 31) * 255);
        }
        using var image = MLImage.CreateFromPixels(33, 17, MLPixelFormat.Bgra32, pixels);

        using var read = JpegDecoder.Decode(JpegEncoder.Encode(image).Span);

        Assert.Equal((33, 17), (read.Width, read.Height));
    }

    [Fact]
    public void An_image_that_is_too_wide_is_refused()
    {
        using var image = MLImage.CreateFromPixels(65_536, 1, MLPixelFormat.Bgra32, new byte[4 * 65_536]);
        var exception = Assert.Throws<ArgumentException>(() => JpegEncoder.Encode(image));
        Assert.Contains("65536x1", exception.Message, StringComparison.Ordinal);
    }
}
