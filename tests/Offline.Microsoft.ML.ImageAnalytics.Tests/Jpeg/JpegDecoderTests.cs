using System.Buffers.Binary;
using Microsoft.ML.Jpeg;
using Offline.Microsoft.ML.ImageAnalytics.Tests.Images;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Jpeg;

public sealed class JpegDecoderTests
{
    [Theory]
    [InlineData("420.jpg", "420.ppm")]
    [InlineData("422-restart.jpg", "422-restart.ppm")]
    [InlineData("444-progressive.jpg", "444-progressive.ppm")]
    [InlineData("gray.jpg", "gray.ppm")]
    [InlineData("orientation-6.jpg", "420.ppm")]
    public void Pixels_are_those_of_djpeg(string jpeg, string pixels)
    {
        using var image = MLImage.CreateFromFile(Fixture.Path(jpeg));
        Assert.Equal((11, 9, MLPixelFormat.Bgra32), (image.Width, image.Height, image.PixelFormat));
        Assert.Equal(Fixture.PpmPixels(pixels), image.Pixels.ToArray());
    }

    [Fact]
    public void Four_colours_are_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile(Fixture.Path("cmyk.jpg")));
        Assert.Contains("CMYK", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("420.jpg")]
    [InlineData("444-progressive.jpg")]
    [InlineData("422-restart.jpg")]
    public void No_beginning_of_a_file_is_read(string name)
    {
        var file = File.ReadAllBytes(Fixture.Path(name));
        for (var length = 0; length < file.Length; length++)
            Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream(file[..length])));
    }

    [Theory]
    [InlineData("420.jpg")]
    [InlineData("444-progressive.jpg")]
    public void A_file_with_one_wrong_byte_is_read_or_refused_and_nothing_else(string name)
    {
        var original = File.ReadAllBytes(Fixture.Path(name));
        var (read, refused) = (0, 0);
        for (var i = 0; i < original.Length; i++)
            foreach (var change in (byte[])[1, 2, 4, 8, 16, 32, 64, 128, 255])
            {
                var file = original.ToArray();
                file[i] ^= change;
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    using var image = MLImage.CreateFromStream(new MemoryStream(file));
                    read++;
                }
                catch (ArgumentException)
                {
                    refused++;
                }
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
            }
        Assert.InRange(read, 1, int.MaxValue);
        Assert.InRange(refused, 1, int.MaxValue);
    }

    [Theory]
    [InlineData(10_000, 10_000, "cannot hold 10000x10000")]
    [InlineData(65_000, 65_000, "65000x65000 pixels is larger")]
    [InlineData(0, 9, "the JPEG is damaged")]
    public void A_promise_that_the_file_cannot_keep_allocates_nothing(int width, int height, string reason)
    {
        var file = File.ReadAllBytes(Fixture.Path("420.jpg"));
        var frame = file.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), (ushort)width);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<InvalidDataException>(() => JpegDecoder.Decode(file));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_missing_library_is_reported_with_the_package_to_install()
    {
        var exception = Assert.Throws<DllNotFoundException>(() => TurboJpeg.Open("libturbojpeg-that-is-missing.so.0"));
        Assert.Contains("apt-get install libturbojpeg0", exception.Message, StringComparison.Ordinal);
    }
}
