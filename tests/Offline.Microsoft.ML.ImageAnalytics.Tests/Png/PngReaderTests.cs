using Microsoft.ML.Png;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Png;

public sealed class PngReaderTests
{
    private static readonly byte[] Palette = [.. Enumerable.Range(0, 768).Select(i => (byte)((i * 73) + 5))];

    private static readonly byte[] Alphas = [0, 255, 128, 7, .. Enumerable.Range(4, 100).Select(i => (byte)(i * 2))];

    public static TheoryData<int, int, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<int, int, bool>();
            (int, int[])[] depthsOfTypes = [(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16])];
            foreach (var (colorType, depths) in depthsOfTypes)
                foreach (var depth in depths)
                {
                    kinds.Add(colorType, depth, false);
                    kinds.Add(colorType, depth, true);
                }
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_read(int colorType, int depth, bool interlaced)
    {
        foreach (var (width, height) in new[] { (1, 1), (2, 1), (1, 5), (3, 4), (5, 3), (8, 8), (9, 10), (33, 21) })
        {
            var source = new PngSource(width, height, depth, colorType, interlaced);
            var colors = 1 << Math.Min(depth, 8);
            var file = colorType == 3
                ? PngBuilder.File(source, ("PLTE", Palette[..(3 * colors)]), ("tRNS", Alphas[..Math.Min(Alphas.Length, colors)]))
                : PngBuilder.File(source);

            using var image = PngReader.Read(file);

            Assert.Equal((width, height, MLPixelFormat.Bgra32), (image.Width, image.Height, image.PixelFormat));
            Assert.Equal(Pixels(source, (x, y) => Color(source, x, y)), image.Pixels.ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void A_gray_can_be_transparent(int depth)
    {
        var source = new PngSource(16, 3, depth, 0, interlaced: true);
        var hidden = source[5, 1, 0];

        using var image = PngReader.Read(PngBuilder.File(source, ("tRNS", [(byte)(hidden >> 8), (byte)hidden])));

        var expected = Pixels(source, (x, y) => source[x, y, 0] == hidden ? default : Color(source, x, y));
        Assert.Equal(expected, image.Pixels.ToArray());
        Assert.Contains((byte)0, image.Pixels.ToArray().Where((_, i) => i % 4 == 3));
    }

    [Theory]
    [InlineData(8, 0x12, 0x34)]
    [InlineData(16, 0x1234, 0x1235)]
    public void A_colour_can_be_transparent_and_one_that_differs_in_the_last_bit_is_not(int depth, int hidden, int other)
    {
        var source = new PngSource(2, 1, depth, 2, sample: (x, _, c) => x == 1 && c == 2 ? other : hidden);
        byte[] key = [(byte)(hidden >> 8), (byte)hidden, (byte)(hidden >> 8), (byte)hidden, (byte)(hidden >> 8), (byte)hidden];

        using var image = PngReader.Read(PngBuilder.File(source, ("tRNS", key)));

        Assert.Equal([0, 0, 0, 0], image.Pixels[..4].ToArray());
        Assert.Equal(255, image.Pixels[7]);
    }

    [Fact]
    public void Transparency_of_an_image_with_alpha_is_ignored()
    {
        var source = new PngSource(3, 3, 8, 6);
        using var image = PngReader.Read(PngBuilder.File(source, ("tRNS", [0, 0])));
        Assert.Equal(Pixels(source, (x, y) => Color(source, x, y)), image.Pixels.ToArray());
    }

    [Fact]
    public void Pixel_data_may_be_in_many_chunks_others_around_them_and_anything_after_the_end()
    {
        var source = new PngSource(7, 5, 8, 2);
        var builder = new PngBuilder().Header(source).Chunk("gAMA", 0, 0, 1, 2).Chunk("PLTE", 1, 2, 3).Chunk("IDAT");
        foreach (var value in PngBuilder.Compress(source.Serialize()))
            builder.Chunk("IDAT", value);
        byte[] file = [.. builder.Chunk("tEXt", [.. "Title\0PNG"u8]).Chunk("zzZz").End(), .. "and more"u8];

        using var image = PngReader.Read(file);

        Assert.Equal(Pixels(source, (x, y) => Color(source, x, y)), image.Pixels.ToArray());
    }

    [Fact]
    public void Pixel_data_that_are_left_over_are_not_inflated()
    {
        var source = new PngSource(1, 1, 8, 0);
        var bomb = PngBuilder.Compress([.. source.Serialize(), .. new byte[50_000_000]]);
        var file = new PngBuilder().Header(source).Chunk("IDAT", bomb).End();

        var before = GC.GetAllocatedBytesForCurrentThread();
        using var image = PngReader.Read(file);

        Assert.Equal(Pixels(source, (x, y) => Color(source, x, y)), image.Pixels.ToArray());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static (double R, double G, double B, int A) Color(PngSource source, int x, int y)
    {
        double At(int channel) => source.Depth == 16 ? source[x, y, channel] / 256 : source[x, y, channel] * 255.0 / ((1 << source.Depth) - 1);
        var first = source[x, y, 0];
        return source.ColorType switch
        {
            0 => (At(0), At(0), At(0), 255),
            2 => (At(0), At(1), At(2), 255),
            3 => (Palette[3 * first], Palette[(3 * first) + 1], Palette[(3 * first) + 2], first < Alphas.Length ? Alphas[first] : 255),
            4 => (At(0), At(0), At(0), (int)At(1)),
            _ => (At(0), At(1), At(2), (int)At(3)),
        };
    }

    private static byte[] Pixels(PngSource source, Func<int, int, (double R, double G, double B, int A)> color)
    {
        byte Premultiply(double value, int alpha) => (byte)Math.Round(value * alpha / 255);
        return (from y in Enumerable.Range(0, source.Height)
                from x in Enumerable.Range(0, source.Width)
                let c = color(x, y)
                from value in new[] { Premultiply(c.B, c.A), Premultiply(c.G, c.A), Premultiply(c.R, c.A), (byte)c.A }
                select value).ToArray();
    }
}
