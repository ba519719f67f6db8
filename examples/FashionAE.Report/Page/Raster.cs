using Microsoft.ML.Data;

namespace FashionAE.Report.Page;

/// <summary>Pixels to draw on, white at first.</summary>
internal sealed class Raster
{
    private readonly byte[] _pixels;

    public Raster(int width, int height)
    {
        (Width, Height) = (width, height);
        _pixels = new byte[4 * width * height];
        Array.Fill(_pixels, (byte)255);
    }

    public int Width { get; }

    public int Height { get; }

    public void Fill(int left, int top, int width, int height, byte red, byte green, byte blue)
    {
        for (var y = top; y < top + height; y++)
            for (var x = left; x < left + width; x++)
                Set(x, y, red, green, blue);
    }

    /// <summary>Draws every pixel of a picture as a square of the given size.</summary>
    public void Draw(Picture picture, int left, int top, int scale)
    {
        var channels = picture.Channels;
        for (var y = 0; y < picture.Height; y++)
            for (var x = 0; x < picture.Width; x++)
            {
                var pixel = picture.Pixels.AsSpan(((y * picture.Width) + x) * channels, channels);
                Fill(left + (x * scale), top + (y * scale), scale, scale, pixel[0], pixel[channels / 2], pixel[channels - 1]);
            }
    }

    public void Save(string path)
    {
        using var image = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, _pixels);
        image.Save(path);
    }

    private void Set(int x, int y, byte red, byte green, byte blue)
    {
        var pixel = _pixels.AsSpan(((y * Width) + x) * 4, 4);
        (pixel[0], pixel[1], pixel[2]) = (red, green, blue);
    }
}
