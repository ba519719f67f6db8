using System.Runtime.InteropServices;
using FashionAE.Torch;
using SkiaSharp;

namespace FashionAE.Report;

/// <summary>A small picture: an image, or a heat map of errors.</summary>
public sealed class Picture
{
    /// <summary>Pictures of a sheet are no larger.</summary>
    internal const int SheetSide = 64;

    /// <summary>Every 15th of the 256 colors of matplotlib's "inferno" (S. van der Walt, N. Smith, 2015, CC0).</summary>
    internal static readonly byte[][] HeatColors = [.. Convert.FromHexString(
        "0000040a07221e0c45380962510e6c69166e801f6c982766b0315b"
        + "c63d4dd94d3de9612bf47918fa9407fcb014f8cd37f2ea69fcffa4").Chunk(3)];

    // One byte a pixel, or four: red, green, blue and 255.
    private readonly byte[] _pixels;

    private Picture(float[] values, ImageShape shape, string label, bool isWrong, double? heatMaximum)
    {
        if (values.Length != shape.Size)
            throw new ArgumentException($"There are {values.Length} values; a picture of {shape} has {shape.Size}.", nameof(values));
        (Width, Height, Values, Label, IsWrong) = (shape.Width, shape.Height, values, label, isWrong);
        var plane = Width * Height;
        byte Level(double value) => (byte)Math.Round(255 * (value > 0 ? Math.Min(1, value / (heatMaximum ?? 1)) : 0)); // NaN is not above 0
        double Mean(int pixel)
        {
            var sum = 0.0;
            for (var at = pixel; at < values.Length; at += plane)
                sum += values[at];
            return sum / shape.Channels;
        }

        var pixels = Enumerable.Range(0, plane);
        _pixels = (heatMaximum, shape.Channels) switch
        {
            (not null, _) => [.. pixels.SelectMany(pixel => Heat(Level(Mean(pixel))))],
            (_, >= 3) => [.. pixels.SelectMany(i => (byte[])
                [Level(values[i]), Level(values[plane + i]), Level(values[2 * plane + i]), byte.MaxValue])],
            _ => [.. pixels.Select(pixel => Level(values[pixel]))],
        };
    }

    private Picture(int width, int height, byte[] pixels) =>
        (Width, Height, _pixels, Values, Label) = (width, height, pixels, Array.Empty<float>(), "");

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets what is written below it; empty for nothing.</summary>
    public string Label { get; }

    /// <summary>Gets a value indicating whether it is marked as wrong.</summary>
    public bool IsWrong { get; }

    /// <summary>Gets the values that it shows, as they were given.</summary>
    public IReadOnlyList<float> Values { get; }

    private bool IsGray => _pixels.Length == Width * Height;

    /// <summary>
    /// Makes a picture of an image, [C, H, W] in [0, 1]; other values become the nearer end, and NaN 0. The first three channels are red,
    /// green and blue; with fewer the first is gray.
    /// </summary>
    /// <exception cref="ArgumentException">There are not as many values as the shape has.</exception>
    public static Picture Of(float[] values, ImageShape shape, string label = "", bool isWrong = false) =>
        new(values, shape, label, isWrong, heatMaximum: null);

    /// <summary>
    /// Makes a heat map of errors, [C, H, W], of which the mean over the channels is shown: black is 0, and pale yellow the maximum.
    /// </summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static Picture Heat(float[] errors, ImageShape shape, double maximum, string label = "") =>
        new(errors, shape, label, isWrong: false, maximum);

    /// <summary>Encodes it as PNG, reduced to a width and height, in pixels, where it is larger.</summary>
    public byte[] ToPng(int largestSide = int.MaxValue)
    {
        using var bitmap = Fit(largestSide);
        return Encode(bitmap);
    }

    /// <summary>Makes a picture for a sheet, which does not keep the values.</summary>
    internal Picture Reduced()
    {
        using var bitmap = Fit(SheetSide);
        return new Picture(bitmap.Width, bitmap.Height, bitmap.Bytes);
    }

    /// <summary>Makes one PNG of pictures of one size, in rows of so many.</summary>
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
        canvas.Flush();
        return Encode(sheet);
    }

    private static byte[] Encode(SKBitmap bitmap)
    {
        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, zLibLevel: 9));
        return data.ToArray();
    }

    private static SKImageInfo Info(bool isGray, int width, int height) =>
        new(width, height, isGray ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);

    private static byte[] Heat(byte level)
    {
        var below = Math.Min(level / 15, HeatColors.Length - 2);
        byte Between(byte from, byte to) => (byte)Math.Round(double.Lerp(from, to, level / 15.0 - below));
        return [.. HeatColors[below].Zip(HeatColors[below + 1], Between), byte.MaxValue];
    }

    private SKBitmap Fit(int largestSide)
    {
        var bitmap = new SKBitmap(Info(IsGray, Width, Height));
        Marshal.Copy(_pixels, 0, bitmap.GetPixels(), _pixels.Length);
        var scale = (double)largestSide / Math.Max(Width, Height);
        if (scale >= 1)
            return bitmap;
        using var large = bitmap;
        return large.Resize(Info(IsGray, Math.Max(1, (int)(scale * Width)), Math.Max(1, (int)(scale * Height))), SKFilterQuality.High);
    }
}
