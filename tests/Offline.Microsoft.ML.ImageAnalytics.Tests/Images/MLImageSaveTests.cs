namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Images;

public sealed class MLImageSaveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_image_replaces_the_one_before()
    {
        using (var black = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [0, 0, 0, 255]))
            black.Save(_folder.File("image.png"));
        using (var white = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [255, 255, 255, 255]))
            white.Save(_folder.File("image.png"));

        using var read = MLImage.CreateFromFile(_folder.File("image.png"));
        Assert.Equal([255, 255, 255, 255], read.Pixels.ToArray());
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void An_image_that_cannot_be_written_leaves_the_one_before()
    {
        File.WriteAllText(_folder.File("image.jpg"), "the one before");
        using var image = MLImage.CreateFromPixels(65_536, 1, MLPixelFormat.Bgra32, new byte[4 * 65_536]);

        Assert.Throws<ArgumentException>(() => image.Save(_folder.File("image.jpg")));

        Assert.Equal("the one before", File.ReadAllText(_folder.File("image.jpg")));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_failure_leaves_nothing_half_written()
    {
        Directory.CreateDirectory(_folder.File("folder.png"));
        using var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4]);

        Assert.ThrowsAny<Exception>(() => image.Save(_folder.File("folder.png")));
        Assert.Throws<DirectoryNotFoundException>(() => image.Save(_folder.File("missing/image.png")));

        Assert.Equal([_folder.File("folder.png")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void Colours_divided_by_alpha_are_blue_green_red(MLPixelFormat format)
    {
        using var image = MLImage.CreateFromPixels(3, 1, format, [10, 20, 30, 255, 64, 32, 16, 128, 9, 9, 9, 0]);
        byte[] expected = format == MLPixelFormat.Bgra32 ? [10, 20, 30, 128, 64, 32, 0, 0, 0] : [30, 20, 10, 32, 64, 128, 0, 0, 0];
        Assert.Equal(expected, image.GetBGRPixels);
    }

    [Fact]
    public void An_image_that_was_disposed_of_cannot_be_used()
    {
        var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4]);
        image.Dispose();
        image.Dispose();

        Assert.Throws<InvalidOperationException>(() => image.Width);
        Assert.Throws<InvalidOperationException>(() => image.Height);
        Assert.Throws<InvalidOperationException>(() => image.PixelFormat);
        Assert.Throws<InvalidOperationException>(() => image.BitsPerPixel);
        Assert.Throws<InvalidOperationException>(() => image.Pixels.Length);
        Assert.Throws<InvalidOperationException>(() => image.GetBGRPixels);
        Assert.Throws<InvalidOperationException>(() => image.Tag);
        Assert.Throws<InvalidOperationException>(() => image.Tag = "tag");
        Assert.Throws<InvalidOperationException>(() => image.Save(_folder.File("image.png")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
