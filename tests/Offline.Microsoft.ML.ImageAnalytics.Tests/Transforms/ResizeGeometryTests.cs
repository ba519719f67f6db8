using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

public class ResizeGeometryTests
{
    [Theory]
    [InlineData(4, 2, 4, 4, 0, 1, 4, 2)]
    [InlineData(2, 4, 4, 4, 1, 0, 2, 4)]
    [InlineData(5, 3, 10, 10, 0, 2, 10, 6)]
    [InlineData(640, 480, 224, 224, 0, 28, 224, 168)]
    [InlineData(480, 640, 224, 224, 28, 0, 168, 224)]
    [InlineData(28, 28, 224, 224, 0, 0, 224, 224)]
    [InlineData(100, 37, 50, 50, 0, 15, 50, 18)]
    [InlineData(1000, 3, 28, 28, 0, 13, 28, 0)]
    // In single precision 31 / 7 * 7 is below 31.
    [InlineData(7, 7, 31, 31, 0, 0, 30, 30)]
    public void Padding_centres_whatever_the_anchor(int sourceWidth, int sourceHeight, int width, int height, int x, int y, int w, int h) =>
        Assert.All(Enum.GetValues<Anchor>(), anchor => Assert.Equal(
            new PixelRectangle(x, y, w, h), ResizeGeometry.Place(sourceWidth, sourceHeight, width, height, ResizingKind.IsoPad, anchor)));

    [Theory]
    [InlineData(8, 4, 4, Anchor.Left, 0, 0, 8, 4)]
    [InlineData(8, 4, 4, Anchor.Right, -4, 0, 8, 4)]
    [InlineData(8, 4, 4, Anchor.Top, -2, 0, 8, 4)]
    [InlineData(8, 4, 4, Anchor.Bottom, -2, 0, 8, 4)]
    [InlineData(8, 4, 4, Anchor.Center, -2, 0, 8, 4)]
    [InlineData(4, 8, 4, Anchor.Left, 0, -2, 4, 8)]
    [InlineData(4, 8, 4, Anchor.Right, 0, -2, 4, 8)]
    [InlineData(4, 8, 4, Anchor.Top, 0, 0, 4, 8)]
    [InlineData(4, 8, 4, Anchor.Bottom, 0, -4, 4, 8)]
    [InlineData(4, 8, 4, Anchor.Center, 0, -2, 4, 8)]
    [InlineData(640, 480, 224, Anchor.Left, 0, 0, 298, 224)]
    [InlineData(640, 480, 224, Anchor.Right, -74, 0, 298, 224)]
    [InlineData(640, 480, 224, Anchor.Center, -37, 0, 298, 224)]
    [InlineData(480, 640, 224, Anchor.Bottom, 0, -74, 224, 298)]
    [InlineData(480, 640, 224, Anchor.Center, 0, -37, 224, 298)]
    // The image is 4.2 pixels wide, so it hangs over by 1.2, or 0.6 on each side; both are cut off to whole pixels.
    [InlineData(7, 5, 3, Anchor.Right, -1, 0, 4, 3)]
    [InlineData(7, 5, 3, Anchor.Center, 0, 0, 4, 3)]
    [InlineData(5, 7, 3, Anchor.Bottom, 0, -1, 3, 4)]
    public void Cropping_moves_to_the_anchor(int sourceWidth, int sourceHeight, int size, Anchor anchor, int x, int y, int w, int h) => Assert.Equal(
        new PixelRectangle(x, y, w, h), ResizeGeometry.Place(sourceWidth, sourceHeight, size, size, ResizingKind.IsoCrop, anchor));

    [Theory]
    [InlineData(Anchor.Left, 0)]
    [InlineData(Anchor.Right, 4)]
    [InlineData(Anchor.Top, 2)]
    [InlineData(Anchor.Bottom, 2)]
    [InlineData(Anchor.Center, 2)]
    public void Cropping_alone_keeps_the_pixels_at_the_anchor(Anchor anchor, int first)
    {
        var wide = Pictures.Create(8, 4, (x, y) => new Color((byte)(10 * x), (byte)(10 * y), 7));
        Assert.Equal(
            Pictures.Create(4, 4, (x, y) => new Color((byte)(10 * (x + first)), (byte)(10 * y), 7)).Colors(),
            Pictures.ML.Transforms.ResizeImages("Out", 4, 4, "Image", cropAnchor: anchor).Apply(wide).Colors());
    }

    [Theory]
    [InlineData(Anchor.Top, 0)]
    [InlineData(Anchor.Bottom, 4)]
    [InlineData(Anchor.Left, 2)]
    [InlineData(Anchor.Right, 2)]
    [InlineData(Anchor.Center, 2)]
    public void Cropping_alone_keeps_the_rows_at_the_anchor(Anchor anchor, int first)
    {
        var high = Pictures.Create(4, 8, (x, y) => new Color((byte)(10 * x), (byte)(10 * y), 7), MLPixelFormat.Rgba32);
        Assert.Equal(
            Pictures.Create(4, 4, (x, y) => new Color((byte)(10 * x), (byte)(10 * (y + first)), 7)).Colors(),
            Pictures.ML.Transforms.ResizeImages("Out", 4, 4, "Image", cropAnchor: anchor).Apply(high).Colors());
    }

    [Theory]
    [InlineData(640, 480, 22, 0, 2, 22, 16)]
    [InlineData(480, 640, 22, 2, 0, 16, 22)]
    [InlineData(3, 1, 9, 0, 3, 9, 3)]
    [InlineData(7, 7, 31, 0, 0, 30, 30)]
    [InlineData(1000, 3, 28, 0, 0, 0, 0)]
    public void What_padding_does_not_cover_is_black_and_opaque(int sourceWidth, int sourceHeight, int size, int left, int top, int w, int h)
    {
        var white = Pictures.Create(sourceWidth, sourceHeight, (_, _) => Color.Gray(255));
        Assert.Equal(
            Pictures.Create(size, size, (x, y) => Color.Gray(x >= left && x < left + w && y >= top && y < top + h ? 255 : 0)).Colors(),
            Pictures.ML.Transforms.ResizeImages("Out", size, size, "Image", ResizingKind.IsoPad).Apply(white).Colors());
    }
}
