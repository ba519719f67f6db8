using Microsoft.ML.Images;

namespace Microsoft.ML.Data;

/// <summary>An image of 32 bits a pixel, whose colours are multiplied by alpha. Its memory is managed; disposing it makes it unusable all the same.</summary>
public sealed class MLImage : IDisposable
{
    private readonly int _width;
    private readonly int _height;
    private readonly MLPixelFormat _format;
    private byte[] _pixels;
    private string _tag;

    /// <summary>Initializes a new instance of the <see cref="MLImage"/> class, which keeps the pixels.</summary>
    internal MLImage(int width, int height, MLPixelFormat format, byte[] pixels)
    {
        _width = width;
        _height = height;
        _format = format;
        _pixels = pixels;
    }

    public int Width => Check(_width);

    public int Height => Check(_height);

    public MLPixelFormat PixelFormat => Check(_format);

    public int BitsPerPixel => Check(32);

    public ReadOnlySpan<byte> Pixels => Check(_pixels);

    /// <summary>Gets blue, green and red of every pixel, divided by alpha.</summary>
    public byte[] GetBGRPixels
    {
        get
        {
            var pixels = Check(_pixels);
            var (blue, red) = _format == MLPixelFormat.Bgra32 ? (0, 2) : (2, 0);
            var colors = new byte[pixels.Length / 4 * 3];
            for (int from = 0, to = 0; from < pixels.Length; from += 4, to += 3)
            {
                var alpha = pixels[from + 3];
                colors[to] = AlphaMultiplication.Divide(pixels[from + blue], alpha);
                colors[to + 1] = AlphaMultiplication.Divide(pixels[from + 1], alpha);
                colors[to + 2] = AlphaMultiplication.Divide(pixels[from + red], alpha);
            }
            return colors;
        }
    }

    public string Tag
    {
        get => Check(_tag);
        set => _tag = Check(value);
    }

    public static MLImage CreateFromPixels(int width, int height, MLPixelFormat pixelFormat, ReadOnlySpan<byte> imagePixelData)
    {
        if (pixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32))
            throw new ArgumentException($"The pixel format {pixelFormat} is not supported: use Bgra32 or Rgba32.", nameof(pixelFormat));
        if (width <= 0)
            throw new ArgumentException($"The width is {width}.", nameof(width));
        if (height <= 0)
            throw new ArgumentException($"The height is {height}.", nameof(height));
        if (imagePixelData.Length != 4L * width * height)
            throw new ArgumentException($"{width}x{height} pixels take {4L * width * height} bytes, not {imagePixelData.Length}.", nameof(imagePixelData));
        return new MLImage(width, height, pixelFormat, imagePixelData.ToArray());
    }

    public static MLImage CreateFromFile(string imagePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(imagePath);
        try
        {
            return ImageEncoding.Decode(ImageFile.Read(imagePath).Span);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The image {imagePath} cannot be read: {e.Message.TrimEnd('.')}.", nameof(imagePath), e);
        }
    }

    public static MLImage CreateFromStream(Stream imageStream)
    {
        ArgumentNullException.ThrowIfNull(imageStream);
        try
        {
            return ImageEncoding.Decode(ImageFile.Read(imageStream).Span);
        }
        catch (InvalidDataException e)
        {
            throw new ArgumentException($"The image in the stream cannot be read: {e.Message.TrimEnd('.')}.", nameof(imageStream), e);
        }
    }

    /// <summary>Writes a PNG (.png) or a JPEG of quality 100 (.jpg, .jpeg), whole or not at all.</summary>
    public void Save(string imagePath)
    {
        Check(_pixels);
        ArgumentException.ThrowIfNullOrEmpty(imagePath);
        ImageFile.Write(imagePath, ImageEncoding.Encode(this, imagePath).Span);
    }

    public void Dispose() => _pixels = null;

    private T Check<T>(T value) =>
        _pixels is null ? throw new InvalidOperationException("The image has been disposed of.") : value;
}
