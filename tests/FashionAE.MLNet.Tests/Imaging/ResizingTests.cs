using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace FashionAE.MLNet.Tests.Imaging;

public sealed class ResizingTests
{
    private static readonly ImageShape Garment = new(1, 28, 28);

    public static TheoryData<int, int, ResizingKind> Sizes
    {
        get
        {
            var data = new TheoryData<int, int, ResizingKind>();
            foreach (var (width, height) in new[] { (97, 97), (1080, 1920), (1920, 1080), (650, 470), (46, 184), (29, 31), (3, 1000), (7, 5), (1, 1) })
                foreach (var kind in Enum.GetValues<ResizingKind>())
                    data.Add(width, height, kind);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void White_stays_white_in_every_place_that_the_picture_covers(int width, int height, ResizingKind kind)
    {
        using var white = Pictures.Gray(width, height, (_, _) => 255);
        foreach (var shape in new[] { Garment, new ImageShape(3, 20, 30) })
        {
            var pixels = Pictures.Convert(white, new PixelOptions { Shape = shape, Resizing = kind });
            var (rows, columns) = Covered(width, height, shape, kind);
            Assert.Equal(
                Enumerable.Range(0, shape.Size).Select(i => rows.Contains(i / shape.Width % shape.Height) && columns.Contains(i % shape.Width) ? 1f : 0f),
                pixels);
        }
    }

    // With an earlier version, 390 of 3,972 lengths resulted in 27 pixels, such as 46, 97, 184, 353 and 1080.
    [Fact]
    public void White_squares_of_any_side_stay_white()
    {
        for (var side = 28; side < 400; side++)
        {
            using var white = Pictures.Gray(side, side, (_, _) => 255);
            Assert.All(Pictures.Convert(white, new PixelOptions { Shape = Garment }), value => Assert.Equal(1, value));
        }
    }

    [Theory]
    [InlineData("white-97x97.png")]
    [InlineData("white-1080x1920.png")]
    public void White_files_stay_white(string name)
    {
        Assert.All(Pictures.Load(Pictures.Case(name), new PixelOptions { Shape = Garment }), value => Assert.Equal(1, value));
        Assert.All(Pictures.Load(Pictures.Case(name), new PixelOptions { Shape = Garment, Invert = true }), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Padding_is_the_same_on_both_sides()
    {
        // 470 * 28 / 650 = 20.2: 20 rows, and 4 above and below.
        using var white = Pictures.Gray(650, 470, (_, _) => 255);
        var pixels = Pictures.Convert(white, new PixelOptions { Shape = Garment, Resizing = ResizingKind.IsoPad });
        Assert.Equal(Enumerable.Range(0, 28).Select(row => row is >= 4 and < 24 ? 28f : 0), pixels.Chunk(28).Select(row => row.Sum()));
    }

    [Theory]
    [InlineData(97, 97)]
    [InlineData(1080, 1920)]
    [InlineData(650, 470)]
    [InlineData(353, 184)]
    [InlineData(46, 46)]
    public void A_gradient_is_within_two_levels_of_box_filtering(int width, int height)
    {
        foreach (var (horizontal, kind) in new[] { true, false }.SelectMany(_ => Enum.GetValues<ResizingKind>(), (h, k) => (h, k)))
        {
            using var gradient = Pictures.Gray(
                width, height, (x, y) => (byte)Math.Round(255.0 * (horizontal ? x : y) / ((horizontal ? width : height) - 1)));
            var pixels = Pictures.Convert(gradient, new PixelOptions { Shape = Garment, Resizing = kind });
            var (rows, columns) = Covered(width, height, Garment, kind);
            var (length, other, places) = horizontal ? (width, height, columns) : (height, width, rows);
            var part = kind == ResizingKind.IsoCrop ? Math.Min(length, other) : length;
            var expected = Box(length, part, places.Length);
            foreach (var row in rows)
                foreach (var column in columns)
                    Assert.InRange(255 * pixels[row * 28 + column] - expected[horizontal ? column - columns[0] : row - rows[0]], -2, 2);
        }
    }

    [Theory]
    [InlineData(28, 28, 7, 7)]
    [InlineData(30, 19, 28, 28)]
    [InlineData(64, 48, 28, 14)]
    [InlineData(40, 9, 5, 12)]
    public void Shrinking_averages_the_area_that_a_pixel_covers_and_growing_interpolates(int width, int height, int newWidth, int newHeight)
    {
        var random = new Random(1);
        var values = new byte[width * height];
        random.NextBytes(values);
        using var picture = Pictures.Gray(width, height, (x, y) => values[y * width + x]);
        var pixels = Pictures.Convert(picture, new PixelOptions { Shape = new ImageShape(1, newHeight, newWidth), Resizing = ResizingKind.Fill });
        for (var i = 0; i < pixels.Length; i++)
        {
            var expected = 0.0;
            for (var j = 0; j < values.Length; j++)
                expected += Weight(i % newWidth, newWidth, j % width, width) * Weight(i / newWidth, newHeight, j / width, height) * values[j];
            Assert.Equal(expected, 255 * pixels[i], 0.5 + 1e-3);
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public void Pictures_of_the_right_size_have_the_bits_that_ML_NETs_own_steps_give(int channels, bool opaque)
    {
        const int Side = 40;
        var ml = new MLContext(1);
        var bytes = new byte[4 * Side * Side];
        var random = new Random(2);
        for (var i = 0; i < bytes.Length; i += 4)
        {
            var alpha = opaque ? 255 : random.Next(256);
            for (var color = 0; color < 3; color++)
                bytes[i + color] = (byte)random.Next(alpha + 1);
            bytes[i + 3] = (byte)alpha;
        }
        foreach (var format in new[] { MLPixelFormat.Bgra32, MLPixelFormat.Rgba32 })
        {
            // ML.NET disposes the images that it has read.
            using var picture = MLImage.CreateFromPixels(Side, Side, format, bytes);
            var view = ml.Data.LoadFromEnumerable([new PictureRow { Image = MLImage.CreateFromPixels(Side, Side, format, bytes) }]);
            IEstimator<ITransformer> steps = ml.Transforms.ResizeImages("Image", Side, Side);
            if (channels == 1)
                steps = steps.Append(ml.Transforms.ConvertToGrayscale("Image"));
            steps = steps.Append(ml.Transforms.ExtractPixels(
                "Bytes", "Image", channels == 1 ? ImagePixelExtractingEstimator.ColorBits.Red : ImagePixelExtractingEstimator.ColorBits.Rgb, outputAsFloatArray: false));
            var expected = steps.Fit(view).Transform(view).GetColumn<byte[]>("Bytes").Single();
            Assert.Equal(expected.Select(b => b / 255f), Pictures.Convert(picture, new PixelOptions { Shape = new ImageShape(channels, Side, Side) }));
        }
    }

    /// <summary>The rows and columns of the result that the picture covers.</summary>
    private static (int[] Rows, int[] Columns) Covered(int width, int height, ImageShape shape, ResizingKind kind)
    {
        var scale = kind == ResizingKind.IsoPad ? Math.Min((decimal)shape.Width / width, (decimal)shape.Height / height) : 0;
        return (Range(height, shape.Height), Range(width, shape.Width));

        int[] Range(int length, int all)
        {
            var covered = scale == 0 ? all : Math.Max(1, (int)Math.Round(length * scale, MidpointRounding.AwayFromZero));
            return [.. Enumerable.Range((all - covered) / 2, covered)];
        }
    }

    /// <summary>
    /// The middle part of a gradient from 0 to 255, resized like Image.BOX in Pillow: a position is the mean of the pixels whose centers it
    /// contains, or the nearest pixel if it is smaller than a pixel.
    /// </summary>
    private static double[] Box(int length, double part, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var (scale, start) = (part / count, (length - part) / 2);
        var (from, to) = (start + i * scale, start + (i + 1) * scale);
        var inside = Enumerable.Range(0, length).Where(x => x + 0.5 >= from && x + 0.5 < to).ToArray();
        return (inside.Length > 0 ? inside.Average() : Math.Floor((from + to) / 2)) * 255 / (length - 1);
    })];

    private static double Weight(int place, int places, int pixel, int pixels)
    {
        var scale = (double)pixels / places;
        return scale >= 1
            ? Math.Max(0, Math.Min((place + 1) * scale, pixel + 1) - Math.Max(place * scale, pixel)) / scale
            : Math.Max(0, 1 - Math.Abs(Math.Clamp((place + 0.5) * scale, 0.5, pixels - 0.5) - (pixel + 0.5)));
    }
}
