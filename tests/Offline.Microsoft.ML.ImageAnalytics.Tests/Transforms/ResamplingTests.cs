using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

public class ResamplingTests
{
    public static TheoryData<MLPixelFormat> Formats => Pictures.Formats;

    [Theory]
    [InlineData(1, 7)]
    [InlineData(5, 4)]
    [InlineData(16, 3)]
    [InlineData(64, 28)]
    [InlineData(10, 97)]
    public void An_image_of_one_colour_keeps_it(int from, int to)
    {
        for (var value = 0; value < 256; value += 15)
        {
            var color = new Color((byte)value, (byte)(255 - value), 17);
            var resized = Resize(Pictures.Create(from, from, (_, _) => color), to);
            // The rectangle can be one pixel short.
            for (var i = 0; i < (to - 1) * (to - 1); i++)
                Assert.Equal(color, resized.At(i % (to - 1), i / (to - 1)));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public void A_pixel_of_an_integer_part_is_the_mean_of_those_it_covers(int factor)
    {
        foreach (var opaque in (bool[])[true, false])
        {
            var image = Pictures.Random(5 * factor, 5 * factor, seed: factor, opaque);
            var resized = Resize(image, 5);
            foreach (var (x, y) in Pixels(5, 5))
            {
                var block = Pixels(factor, factor).Select(at => image.At(factor * x + at.X, factor * y + at.Y)).ToArray();
                byte Mean(Func<Color, byte> channel) => (byte)Math.Floor(block.Average(color => (double)channel(color)) + 0.5);
                Assert.Equal(new Color(Mean(c => c.R), Mean(c => c.G), Mean(c => c.B)), resized.At(x, y));
            }
        }
    }

    [Theory]
    [InlineData(10, 7)]
    [InlineData(31, 28)]
    [InlineData(100, 9)]
    public void Smaller_images_average_over_areas(int from, int to)
    {
        // The part of a source pixel that a pixel covers, by the lengths of intervals.
        double Weight(int i, int j)
        {
            var scale = (double)from / to;
            return Math.Max(0, Math.Min((i + 1) * scale, j + 1) - Math.Max(i * scale, j)) / scale;
        }
        AssertFiltered(from, to, Weight);
    }

    [Theory]
    [InlineData(4, 9)]
    [InlineData(7, 28)]
    [InlineData(2, 50)]
    [InlineData(28, 32)]
    public void Larger_images_are_filtered_by_Mitchell_and_Netravali(int from, int to)
    {
        const double B = 1 / 3.0, C = 1 / 3.0;
        static double Kernel(double x) => x < 1 ? ((12 - 9 * B - 6 * C) * x * x * x + (-18 + 12 * B + 6 * C) * x * x + 6 - 2 * B) / 6
            : x < 2 ? ((-B - 6 * C) * x * x * x + (6 * B + 30 * C) * x * x + (-12 * B - 48 * C) * x + 8 * B + 24 * C) / 6 : 0;
        AssertFiltered(from, to, (i, j) => Kernel(Math.Abs((i + 0.5) * from / to - 0.5 - j)));
    }

    [Theory]
    [InlineData(12, 5)]
    [InlineData(5, 12)]
    [InlineData(9, 8)]
    public void The_mirror_image_gives_the_mirror_image(int from, int to)
    {
        var image = Pictures.Random(from, from, seed: 9);
        var (resized, mirrored) = (Resize(image, to), Resize(Pictures.Create(from, from, (x, y) => image.At(from - 1 - y, from - 1 - x)), to));
        foreach (var (x, y) in Pixels(to, to))
            AssertNear(resized.At(x, y), mirrored.At(to - 1 - y, to - 1 - x));
    }

    [Fact]
    public void The_order_of_the_bytes_makes_no_difference()
    {
        var bgra = Pictures.Random(9, 7, seed: 1, opaque: false);
        var rgba = Pictures.Create(9, 7, bgra.At, MLPixelFormat.Rgba32);
        Assert.Equal(Resize(bgra, 5).Colors(), Resize(rgba, 5).Colors());
    }

    [Fact]
    public void What_lies_below_is_black_so_colours_stay_and_alpha_becomes_full()
    {
        var image = Pictures.Create(6, 6, (_, _) => new Color(100, 60, 20, 128));
        Assert.All(Resize(image, 3).Colors().Cast<Color>(), color => Assert.Equal(new Color(100, 60, 20), color));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void Colours_end_at_alpha(int size)
    {
        var image = Pictures.Create(6, 6, (_, _) => new Color(100, 60, 20, 50));
        Assert.All(Resize(image, size).Colors().Cast<Color>(), color => Assert.Equal(new Color(50, 50, 20), color));
    }

    [Fact]
    public void Overshoot_ends_at_the_range_of_bytes()
    {
        var edge = Pictures.Create(8, 8, (x, _) => Color.Gray(x < 4 ? 0 : 255));
        var grays = Enumerable.Range(0, 32).Select(x => (int)Resize(edge, 32).At(x, 16).R).ToArray();
        Assert.Equal(grays.Order(), grays);
        Assert.Equal((0, 255), (grays[0], grays[^1]));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Filling_takes_the_pixel_that_a_centre_lies_in(MLPixelFormat format)
    {
        foreach (var (width, height, toWidth, toHeight) in new[] { (3, 5, 7, 11), (7, 11, 3, 5), (4, 4, 8, 2), (8, 6, 4, 3), (5, 5, 5, 10), (1, 1, 3, 3) })
        {
            var image = Pictures.Random(width, height, seed: width, opaque: false, format);
            var resized = Pictures.ML.Transforms.ResizeImages("Out", toWidth, toHeight, "Image", ResizingKind.Fill).Apply(image);
            Assert.Equal(format, resized.PixelFormat);
            // The first pixel that does not end before the centre.
            static int Source(int i, int size, int count) => Enumerable.Range(0, size).First(j => (j + 1) * (decimal)count >= (i + 0.5m) * size);
            foreach (var (x, y) in Pixels(toWidth, toHeight))
                Assert.Equal(image.At(Source(x, width, toWidth), Source(y, height, toHeight)), resized.At(x, y));
        }
    }

    private static MLImage Resize(MLImage image, int size) => Pictures.ML.Transforms.ResizeImages("Out", size, size, "Image").Apply(image);

    private static IEnumerable<(int X, int Y)> Pixels(int width, int height) => Enumerable.Range(0, width * height).Select(i => (i % width, i / width));

    /// <summary>Compares with weighted means over the plane in double precision. Beyond the border its pixels are repeated.</summary>
    private static void AssertFiltered(int from, int to, Func<int, int, double> weight)
    {
        var image = Pictures.Random(from, from, seed: from + to);
        var resized = Resize(image, to);
        Assert.Equal(new PixelRectangle(0, 0, to, to), ResizeGeometry.Place(from, from, to, to, ResizingKind.IsoCrop, Anchor.Center));
        var taps = Enumerable.Range(-2, from + 4).ToArray();
        foreach (var (x, y) in Pixels(to, to))
        {
            var (red, green, blue, sum) = (0.0, 0.0, 0.0, 0.0);
            foreach (var j in taps)
                foreach (var i in taps)
                {
                    var (w, color) = (weight(x, i) * weight(y, j), image.At(Math.Clamp(i, 0, from - 1), Math.Clamp(j, 0, from - 1)));
                    (red, green, blue, sum) = (red + w * color.R, green + w * color.G, blue + w * color.B, sum + w);
                }
            AssertRounded(red / sum, resized.At(x, y).R);
            AssertRounded(green / sum, resized.At(x, y).G);
            AssertRounded(blue / sum, resized.At(x, y).B);
        }
    }

    private static void AssertRounded(double expected, byte actual) => Assert.InRange(actual - Math.Clamp(expected, 0, 255), -0.5001, 0.5001);

    private static void AssertNear(Color expected, Color actual)
    {
        Assert.InRange(actual.R - expected.R, -1, 1);
        Assert.InRange(actual.G - expected.G, -1, 1);
        Assert.InRange(actual.B - expected.B, -1, 1);
    }
}
