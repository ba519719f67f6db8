using Offline.Microsoft.ML.ImageAnalytics.Tests.Images;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Png;

/// <summary>Files that libpng has written from images of known pixels.</summary>
public sealed class LibpngTests
{
    [Fact]
    public void Rgb_of_16_bits_interlaced() => AssertPixels("rgb-16-interlaced.png", (x, y) =>
    {
        byte High(int c) => (byte)(((x * 10007) + (y * 7001) + (c * 3001)) % 65536 / 256);
        return [High(2), High(1), High(0), 255];
    });

    [Fact]
    public void Palette_of_4_bits_interlaced_with_a_transparent_colour() => AssertPixels("palette-4-interlaced.png", (x, y) =>
    {
        var i = x * y % 5;
        return i == 2 ? [0, 0, 0, 0] : [(byte)i, (byte)(255 - (20 * i)), (byte)(50 * i), 255];
    });

    [Fact]
    public void Gray_of_2_bits() => AssertPixels("gray-2.png", (x, y) =>
    {
        var gray = (byte)((x + y) % 4 * 85);
        return [gray, gray, gray, 255];
    });

    [Fact]
    public void Gray_with_alpha() => AssertPixels("gray-alpha-8.png", (x, y) =>
    {
        var alpha = (byte)((x * 50) + y);
        var gray = (byte)Math.Round((byte)((x * 40) + (y * 7)) * alpha / 255.0);
        return [gray, gray, gray, alpha];
    });

    private static void AssertPixels(string name, Func<int, int, byte[]> pixel)
    {
        using var image = MLImage.CreateFromFile(Fixture.Path(name));
        Assert.Equal((6, 5), (image.Width, image.Height));
        var expected = from y in Enumerable.Range(0, 5) from x in Enumerable.Range(0, 6) from value in pixel(x, y) select value;
        Assert.Equal(expected.ToArray(), image.Pixels.ToArray());
    }
}
