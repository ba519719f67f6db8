using FashionAE.Torch;
using Microsoft.ML.Data;

namespace FashionAE.Report.Tests.Figures;

public sealed class PictureTests
{
    [Fact]
    public void A_gray_or_colored_picture_keeps_its_pixels()
    {
        var gray = Read(Picture.Of([0, 0.5f, 1, 2, -1, float.NaN], new ImageShape(1, 2, 3)), 3, 2);
        Assert.Equal([0, 128, 255, 255, 0, 0], gray.Where((_, i) => i % 4 == 0));
        Assert.Equal(gray.Where((_, i) => i % 4 == 0), gray.Where((_, i) => i % 4 == 2));
        var color = Read(Picture.Of([1, 0, 0, 0.2f, 0, 1], new ImageShape(3, 1, 2)), 2, 1);
        Assert.Equal([255, 0, 0, 255, 0, 51, 255, 255], color);
    }

    [Fact]
    public void Heat_shows_the_mean_of_the_channels_from_black_to_pale_yellow()
    {
        // The first, middle and last colors of matplotlib's inferno: #000004, #bc3754, #fcffa4.
        var heat = Read(Picture.Heat([0, 1, 4, 0, 3, 4], new ImageShape(2, 1, 3), maximum: 4), 3, 1);
        Assert.Equal([0, 0, 4], heat[..3]);
        Assert.All(heat[4..7].Zip((byte[])[0xbc, 0x37, 0x54]), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 2));
        Assert.Equal([0xfc, 0xff, 0xa4], heat[8..11]);
    }

    [Fact]
    public void A_large_picture_is_reduced()
    {
        using var image = Load(Picture.Of([.. Enumerable.Repeat(0.5f, 300 * 100)], new ImageShape(1, 100, 300)).ToPng(largestSide: 30));
        Assert.Equal((30, 10), (image.Width, image.Height));
        Assert.Equal(128, image.Pixels[4]);
    }

    [Fact]
    public void A_wrong_number_of_values_is_rejected() =>
        Assert.Contains("3 values", Assert.Throws<ArgumentException>(() => Picture.Of([1, 2, 3], new ImageShape(1, 2, 2))).Message);

    private static byte[] Read(Picture picture, int width, int height)
    {
        using var image = Load(picture.ToPng());
        Assert.Equal((width, height), (image.Width, image.Height));
        var pixels = image.Pixels.ToArray();
        if (image.PixelFormat == MLPixelFormat.Bgra32)
            for (var i = 0; i < pixels.Length; i += 4)
                (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        return pixels;
    }

    private static MLImage Load(byte[] png)
    {
        using var stream = new MemoryStream(png);
        return MLImage.CreateFromStream(stream);
    }
}
