using System.Runtime.InteropServices;
using FashionAE.Torch;
using SkiaSharp;

namespace FashionAE.Report;

/// <summary>A small picture of a report: an image or a heat map of errors.</summary>
public sealed class Picture
{
    /// <summary>The maximum side of the pictures of a sheet, in pixels.</summary>
    internal const int SheetSide = 64;

    /// <summary>Every 15th of the 256 colors of matplotlib's "inferno" (S. van der Walt, N. Smith, 2015, CC0).</summary>
    internal static readonly byte[][] HeatColors = [.. Convert.FromHexString(
        "0000040a07221e0c45380962510e6c69166e801f6c982766b0315b"
        + "c63d4dd94d3de9612bf47918fa9407fcb014f8cd37f2ea69fcffa4").Chunk(3)];

    // One byte per pixel, or four: red, green, blue and 255.
    private readonly byte[] _pixels;

    private Picture(float[] values, ImageShape shape, string label, IEnumerable<byte> pixels)
    {
        if (values.Length != shape.Size)
            throw new ArgumentException($"There are {values.Length} values, but a picture of {shape} has {shape.Size}.", nameof(values));
        (Width, Height, Values, Label, _pixels) = (shape.Width, shape.Height, values, label, [.. pixels]);
    }

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets the text below the picture; empty for no text.</summary>
    public string Label { get; }

    /// <summary>Gets a value indicating whether the picture is marked as wrong.</summary>
    public bool IsWrong { get; private init; }

    /// <summary>Gets the original values of the picture.</summary>
    public IReadOnlyList<float> Values { get; }

    private bool IsGray => _pixels.Length == Width * Height;

    /// <summary>
    /// Creates a picture of an image, [C, H, W] in [0, 1]. Clamps other values to this range, and replaces NaN with 0. The first three
    /// channels are red, green and blue. With fewer than three channels, the first one is gray.
    /// </summary>
    /// <exception cref="ArgumentException">The number of values does not match the shape.</exception>
    public static Picture Of(float[] values, ImageShape shape, string label = "", bool isWrong = false)
    {
        var plane = shape.Width * shape.Height;
        var pixels = Enumerable.Range(0, plane);
        byte[] Color(int pixel) => [Level(values[pixel]), Level(values[plane + pixel]), Level(values[2 * plane + pixel]), byte.MaxValue];
        return new(values, shape, label, shape.Channels < 3 ? pixels.Select(i => Level(values[i])) : pixels.SelectMany(Color))
        { IsWrong = isWrong };
    }

    /// <summary>
    /// Creates a heat map of errors, [C, H, W]. The color of a pixel is the mean error of its channels: black is 0, and pale yellow is the
    /// maximum.
    /// </summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static Picture Heat(float[] errors, ImageShape shape, double maximum, string label = "")
    {
        var plane = shape.Width * shape.Height;
        double Mean(int pixel) => Enumerable.Range(0, shape.Channels).Average(i => (double)errors[i * plane + pixel]);
        return new(errors, shape, label, Enumerable.Range(0, plane).SelectMany(pixel => HeatColor(Level(Mean(pixel) / maximum))));
    }

    /// <summary>Encodes the picture as PNG. Reduces it if a side is longer than the limit in pixels.</summary>
    public byte[] ToPng(int largestSide = int.MaxValue)
    {
        using var bitmap = Fit(largestSide);
        return Encode(bitmap);
    }

    /// <summary>Combines pictures of one size to one PNG, with a number of columns.</summary>
    internal static byte[] Sheet(IReadOnlyList<Picture> pictures, int columns)
    {
        using var first = pictures[0].Fit(SheetSide);
        var (width, height) = (first.Width, first.Height);
        using var sheet = new SKBitmap(Info(
            pictures.All(picture => picture.IsGray), width * columns, height * ((pictures.Count + columns - 1) / columns)));
        using var canvas = new SKCanvas(sheet);
        for (var i = 0; i < pictures.Count; i++)
        {
            using var picture = pictures[i].Fit(SheetSide);
            canvas.DrawBitmap(picture, i % columns * width, i / columns * height);
        }
        return Encode(sheet);
    }

    private static byte[] Encode(SKBitmap bitmap)
    {
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static SKImageInfo Info(bool isGray, int width, int height) =>
        new(width, height, isGray ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);

    // The comparison maps NaN to 0.
    private static byte Level(double value) => (byte)Math.Round(255 * (value > 0 ? Math.Min(1, value) : 0));

    private static byte[] HeatColor(byte level)
    {
        var below = Math.Min(level / 15, HeatColors.Length - 2);
        byte Between(byte from, byte to) => (byte)Math.Round(double.Lerp(from, to, level / 15.0 - below));
        return [.. HeatColors[below].Zip(HeatColors[below + 1], Between), byte.MaxValue];
    }

    private SKBitmap Fit(int largestSide)
    {
        using var bitmap = new SKBitmap(Info(IsGray, Width, Height));
        Marshal.Copy(_pixels, 0, bitmap.GetPixels(), _pixels.Length);
        var scale = Math.Min(1, (double)largestSide / Math.Max(Width, Height));
        int Side(int length) => Math.Max(1, (int)(scale * length));
        return bitmap.Resize(Info(IsGray, Side(Width), Side(Height)), SKFilterQuality.High);
    }
}
