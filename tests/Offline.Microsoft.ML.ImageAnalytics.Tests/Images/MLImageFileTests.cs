using Microsoft.ML.Images;

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

        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(_folder.File(name))[..2]);
        Assert.Equal((20, 10, MLPixelFormat.Bgra32), (read.Width, read.Height, read.PixelFormat));
        Assert.All(pixels.Zip(read.Pixels.ToArray()), pair => Assert.InRange(pair.Second, pair.First - 2, pair.First + 2));
    }

    [Fact]
    public void The_format_is_told_by_the_content_and_not_by_the_name()
    {
        File.Copy(Fixture.Path("gray-2.png"), _folder.File("image.jpg"));
        using var image = MLImage.CreateFromFile(_folder.File("image.jpg"));
        Assert.Equal((6, 5), (image.Width, image.Height));
    }

    [Theory]
    [InlineData("missing.png", "Could not find")]
    [InlineData("folder.png", "it is a folder")]
    [InlineData("empty.png", "it is empty")]
    [InlineData("text.png", "neither a PNG nor a JPEG")]
    [InlineData("cut.png", "cut off")]
    public void What_cannot_be_read_is_named_with_the_reason(string name, string reason)
    {
        Directory.CreateDirectory(_folder.File("folder.png"));
        File.WriteAllBytes(_folder.File("empty.png"), []);
        File.WriteAllText(_folder.File("text.png"), "text");
        File.WriteAllBytes(_folder.File("cut.png"), File.ReadAllBytes(Fixture.Path("gray-2.png"))[..^1]);

        var exception = Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile(_folder.File(name)));

        Assert.Equal("imagePath", exception.ParamName);
        Assert.Contains(_folder.File(name), exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_is_read_from_where_it_is()
    {
        using var stream = new MemoryStream([1, 2, 3, .. File.ReadAllBytes(Fixture.Path("gray-2.png"))]);
        stream.Position = 3;
        using var image = MLImage.CreateFromStream(stream);
        Assert.Equal((6, 5), (image.Width, image.Height));
    }

    [Fact]
    public void A_stream_is_read_no_further_than_to_the_limit()
    {
        using var stream = new MemoryStream(new byte[100_000]);
        Assert.Throws<InvalidDataException>(() => ImageFile.Read(stream, limit: 50_000));
        Assert.InRange(stream.Position, 50_000, 70_000);
        stream.Position = 0;
        Assert.Equal(100_000, ImageFile.Read(stream, limit: 100_000).Length);
    }

    [Fact]
    public void Nothing_is_no_path_and_no_stream()
    {
        Assert.Throws<ArgumentNullException>(() => MLImage.CreateFromFile(null));
        Assert.Throws<ArgumentNullException>(() => MLImage.CreateFromStream(null));
        using var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4]);
        Assert.Throws<ArgumentNullException>(() => image.Save(null));
    }

    [Theory]
    [InlineData("image.gif", "extension .gif of ")]
    [InlineData("image", "no extension")]
    public void An_unknown_extension_is_named_with_those_that_are_known(string name, string reason)
    {
        using var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4]);
        var exception = Assert.Throws<ArgumentException>(() => image.Save(_folder.File(name)));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains(".png, .jpg or .jpeg", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
