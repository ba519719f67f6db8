using Microsoft.ML.Data;
using Microsoft.ML.Images;

namespace Microsoft.ML.Png;

/// <summary>The rows of an image as a PNG has them: gray, RGB or RGBA of 8 bits, whichever is the least that keeps all there is.</summary>
internal readonly ref struct PngRows
{
    private readonly ReadOnlySpan<byte> _pixels;
    private readonly int _width;
    private readonly int _red;

    public PngRows(MLImage image)
    {
        _pixels = image.Pixels;
        _width = image.Width;
        _red = image.PixelFormat == MLPixelFormat.Bgra32 ? 2 : 0;
        ColorType = FindColorType(_pixels);
        Channels = new PngHeader(image.Width, image.Height, 8, ColorType, false).Channels;
    }

    public PngColorType ColorType { get; }

    public int Channels { get; }

    public void Copy(int y, Span<byte> row)
    {
        var pixels = _pixels.Slice(4 * _width * y, 4 * _width);
        for (int from = 0, to = 0; from < pixels.Length; from += 4, to += Channels)
            Copy(pixels.Slice(from, 4), row.Slice(to, Channels));
    }

    private void Copy(ReadOnlySpan<byte> pixel, Span<byte> samples)
    {
        var alpha = pixel[3];
        samples[0] = AlphaMultiplication.Divide(pixel[_red], alpha);
        if (Channels == 1)
            return;
        samples[1] = AlphaMultiplication.Divide(pixel[1], alpha);
        samples[2] = AlphaMultiplication.Divide(pixel[2 - _red], alpha);
        if (Channels == 4)
            samples[3] = alpha;
    }

    private static PngColorType FindColorType(ReadOnlySpan<byte> pixels)
    {
        var isGray = true;
        for (var i = 0; i < pixels.Length; i += 4)
        {
            if (pixels[i + 3] != 255)
                return PngColorType.Rgba;
            isGray &= pixels[i] == pixels[i + 1] && pixels[i] == pixels[i + 2];
        }
        return isGray ? PngColorType.Gray : PngColorType.Rgb;
    }
}
