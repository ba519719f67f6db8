namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Images;

public sealed class MLImageFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("image.png")]
    [InlineData("IMAGE.PNG")]
    public void A_png_reads_back_to_the_same_pixels(string name)
    {
        var pixels = Enumerable.Range(0, 5 * 3 * 4).Select(i => i % 4 == 3 ? (byte)255 : (byte)(i * 37)).ToArray();
        using var image = MLImage.CreateFromPixels(5, 3, MLPixelFormat.Bgra32, pixels);

        image.Save(_folder.File(name));
        using var read = MLImage.CreateFromFile(_folder.File(name));

        Assert.Equal((5, 3, MLPixelFormat.Bgra32), (read.Width, read.Height, read.PixelFormat));
        Assert.Equal(pixels, read.Pixels.ToArray());
    }

    [Theory]
    [InlineData("image.jpg")]
    [InlineData("image.JPEG")]
    public void A_jpeg_reads_back_to_nearly_the_same_pixels(string name)
    {
        var pixels = Enumerable.Repeat((byte[])[40, 120, 200, 255], 20 * 10).SelectMany(pixel => pixel).ToArray();
        using var image = MLImage.CreateFromPixels(20, 10, MLPixelFormat.Bgra32, pixels);

        image.Save(_folder.File(name));
        using var read = MLImage.CreateFromFile(_folder.File(name));

        Assert.Equal((20, 10, MLPixelFormat.Bgra32), (read.Width, read.Height, read.PixelFormat));
        Assert.All(pixels.Zip(read.Pixels.ToArray()), pair => Assert.InRange(pair.Second, pair.First - 2, pair.First + 2));
    }
}
