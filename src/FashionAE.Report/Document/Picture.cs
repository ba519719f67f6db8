using System.Runtime.InteropServices;
using FashionAE.Torch;
using SkiaSharp;

namespace FashionAE.Report;

/// <summary>A small picture: an image, or a heat map of errors.</summary>
public sealed class Picture
{
    /// <summary>Pictures of a sheet are no larger.</summary>
    internal const int SheetSide = 64;

    // One byte a pixel, or four: red, green, blue and 255.
    private readonly byte[] _pixels;

    private Picture(ImageShape shape, byte[] pixels, float[] values) => (Width, Height, _pixels, Values) = (shape.Width, shape.Height, pixels, values);

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets what is written below it; empty for nothing.</summary>
    public string Label { get; init; } = "";

    /// <summary>Gets a value indicating whether it is marked as wrong.</summary>
    public bool IsWrong { get; private init; }

    /// <summary>Gets the values that it shows, as they were given.</summary>
    public IReadOnlyList<float> Values { get; }

    /// <summary>Makes a picture of an image.</summary>
    /// <param name="values">The values, [C, H, W] in [0, 1]; others become the nearer end, and NaN 0.</param>
    /// <param name="shape">The shape: one channel is gray, three are red, green and blue; of other numbers the mean is gray.</param>
    /// <param name="label">What is written below it.</param>
    /// <param name="isWrong">Whether it is marked as wrong.</param>
    /// <exception cref="ArgumentException">There are not as many values as the shape has.</exception>
    public static Picture Of(float[] values, ImageShape shape, string label = "", bool isWrong = false) =>
        new(shape, shape.Channels == 3 ? Colors(Levels(values, shape), shape) : Grays(Levels(values, shape), shape), values)
        {
            Label = label,
            IsWrong = isWrong,
        };

    /// <summary>Makes a heat map in the colors of matplotlib's "inferno" (S. van der Walt and N. Smith, 2015, CC0): black is no error.</summary>
    /// <param name="errors">The errors, [C, H, W], of which the mean over the channels is shown.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="maximum">The error that has the last color, above 0.</param>
    /// <param name="label">What is written below it.</param>
    /// <exception cref="ArgumentException">There are not as many errors as the shape has.</exception>
    public static Picture Heat(float[] errors, ImageShape shape, double maximum, string label = "")
    {
        var levels = Grays(Levels(Array.ConvertAll(errors, error => (float)(error / maximum)), shape), shape);
        return new(shape, [.. levels.SelectMany(HeatColors.Of)], errors) { Label = label };
    }

    /// <summary>Encodes it as PNG.</summary>
    /// <param name="largestSide">A larger picture is reduced to this width or height, in pixels, 1 or more.</param>
    /// <returns>The file's bytes.</returns>
    public byte[] ToPng(int largestSide = int.MaxValue) => Encode(Fit(largestSide));

    /// <summary>Makes one PNG of pictures of one size, in rows of so many.</summary>
    internal static byte[] Sheet(IReadOnlyList<Picture> pictures, int columns, int largestSide, out int width, out int height)
    {
        using var first = pictures[0].Fit(largestSide);
        (width, height) = (first.Width, first.Height);
        var type = pictures.All(picture => picture.IsGray) ? SKColorType.Gray8 : SKColorType.Rgba8888;
        using var sheet = new SKBitmap(Info(type, width * columns, height * ((pictures.Count + columns - 1) / columns)));
        using var canvas = new SKCanvas(sheet);
        for (var i = 0; i < pictures.Count; i++)
        {
            using var picture = pictures[i].Fit(largestSide);
            canvas.DrawBitmap(picture, i % columns * width, i / columns * height);
        }
        canvas.Flush();
        return Encode(sheet);
    }

    private static byte[] Encode(SKBitmap bitmap)
    {
        using var own = bitmap;
        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, zLibLevel: 9));
        return data.ToArray();
    }

    private static SKImageInfo Info(SKColorType type, int width, int height) => new(width, height, type, SKAlphaType.Opaque);

    private bool IsGray => _pixels.Length == Width * Height;

    private SKBitmap Fit(int largestSide)
    {
        var type = IsGray ? SKColorType.Gray8 : SKColorType.Rgba8888;
        var bitmap = new SKBitmap(Info(type, Width, Height));
        Marshal.Copy(_pixels, 0, bitmap.GetPixels(), _pixels.Length);
        var scale = (double)largestSide / Math.Max(Width, Height);
        if (scale >= 1)
            return bitmap;
        using var large = bitmap;
        return large.Resize(Info(type, Math.Max(1, (int)(scale * Width)), Math.Max(1, (int)(scale * Height))), SKFilterQuality.High);
    }

    private static float[] Levels(float[] values, ImageShape shape) => values.Length == shape.Size
        ? Array.ConvertAll(values, value => 255 * Math.Clamp(float.IsNaN(value) ? 0 : value, 0, 1))
        : throw new ArgumentException($"There are {values.Length} values; a picture of {shape} has {shape.Size}.", nameof(values));

    private static byte[] Grays(float[] levels, ImageShape shape)
    {
        var plane = shape.Height * shape.Width;
        var grays = new byte[plane];
        for (var i = 0; i < plane; i++)
        {
            var sum = 0f;
            for (var at = i; at < levels.Length; at += plane)
                sum += levels[at];
            grays[i] = (byte)Math.Round(sum / shape.Channels);
        }
        return grays;
    }

    private static byte[] Colors(float[] levels, ImageShape shape)
    {
        var plane = shape.Height * shape.Width;
        var rgba = new byte[4 * plane];
        for (var i = 0; i < rgba.Length; i++)
            rgba[i] = i % 4 == 3 ? byte.MaxValue : (byte)Math.Round(levels[i % 4 * plane + i / 4]);
        return rgba;
    }

    /// <summary>The color map, every fifth of the 256 colors that were published; it is read in gray and with any color vision.</summary>
    internal static class HeatColors
    {
        private static readonly byte[] Anchors = Convert.FromHexString(
            "00000402020c0504170a072210092d160b391e0c45260c512f0a5b380962400a67490b6a510e6c59106e61136e69166e71196e781c6d"
            + "801f6c88226a902568982766a02a63a82e5fb0315bb73557bf3952c63d4dcc4248d34743d94d3ddf5337e45a31e9612bed6925f1711f"
            + "f47918f78212f98b0bfa9407fb9d07fca60cfcb014fbba1ffac42af8cd37f6d746f4e156f2ea69f2f27df5f992fcffa4");

        /// <summary>Gets red, green, blue and 255.</summary>
        public static byte[] Of(byte level)
        {
            var place = level / 255.0 * (Anchors.Length / 3 - 1);
            var below = Math.Min((int)place, Anchors.Length / 3 - 2);
            byte Part(int part) => (byte)Math.Round(double.Lerp(Anchors[3 * below + part], Anchors[3 * below + 3 + part], place - below));
            return [Part(0), Part(1), Part(2), byte.MaxValue];
        }
    }
}
