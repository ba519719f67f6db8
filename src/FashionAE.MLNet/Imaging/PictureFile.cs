using System.Drawing;
using SkiaSharp;

namespace FashionAE.MLNet;

/// <summary>A picture that was decoded from a file: its pixels as they are stored, and how they must be turned to be upright.</summary>
internal sealed class PictureFile : IDisposable
{
    // A decoder that reduces (JPEG, WebP) shall leave that many pixels for each pixel of the result to be averaged.
    private const int SpareReduction = 8;
    private const int MostReduction = 8;

    private readonly SKBitmap _bitmap;

    private PictureFile(SKBitmap bitmap, SKEncodedOrigin origin) => (_bitmap, Origin) = (bitmap, origin);

    public SKEncodedOrigin Origin { get; }

    public int Width => _bitmap.Width;

    public int Height => _bitmap.Height;

    /// <summary>Gets the pixels: blue, green, red, alpha, the colors multiplied by alpha.</summary>
    public ReadOnlySpan<byte> Pixels => _bitmap.GetPixelSpan();

    /// <summary>Whether a stored picture lies on its side.</summary>
    public static bool IsTransposed(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Opens the header of a picture.</summary>
    /// <param name="stream">The whole file, which can seek.</param>
    /// <param name="maximumPixels">The most pixels that it may have.</param>
    /// <exception cref="InvalidDataException">It is no picture, cut off or damaged, or has too many pixels.</exception>
    public static SKCodec Open(Stream stream, int maximumPixels)
    {
        // Of such a file the decoder makes a picture whose missing part is gray.
        if (PngFile.IsCutOff(stream) || JpegFile.IsCutOff(stream))
            throw CutOff();
        var codec = SKCodec.Create(stream)
            ?? throw new InvalidDataException("it is not a picture that can be decoded; PNG, JPEG, WebP, BMP and GIF files are.");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height <= maximumPixels)
            return codec;
        codec.Dispose();
        throw new InvalidDataException(
            $"it has {width}x{height} pixels, more than the maximum of {maximumPixels:N0}: shrink it, or raise MaximumPixels; "
            + "decoding takes 4 bytes a pixel.");
    }

    /// <summary>Decodes a picture.</summary>
    /// <param name="codec">The decoder, at the picture's header.</param>
    /// <param name="target">The size that the stored picture will be resized to; null to decode every pixel.</param>
    /// <exception cref="InvalidDataException">It is incomplete or damaged.</exception>
    public static PictureFile Decode(SKCodec codec, Size? target)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (target is { } size)
            (width, height) = Reduce(codec, size);
        var bitmap = new SKBitmap();
        try
        {
            if (!bitmap.TryAllocPixels(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul)))
                throw new InvalidDataException($"there is not enough memory for its {width}x{height} pixels: shrink it.");
            return codec.GetPixels(bitmap.Info, bitmap.GetPixels()) switch
            {
                SKCodecResult.Success => new PictureFile(bitmap, codec.EncodedOrigin),
                _ => throw CutOff(),
            };
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    public void Dispose() => _bitmap.Dispose();

    /// <summary>Turns stored pixels upright.</summary>
    /// <param name="pixels">The rows of pixels, four bytes each.</param>
    /// <param name="width">How many a row has.</param>
    /// <param name="origin">Which corner of the upright picture they begin in, and in which direction they go (EXIF 2.3, tag 274).</param>
    public static byte[] TurnUpright(byte[] pixels, int width, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft)
            return pixels;
        var height = pixels.Length / PictureResizing.Channels / width;
        var turned = new byte[pixels.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (right, down) = (width - 1 - x, height - 1 - y);
                var place = origin switch
                {
                    SKEncodedOrigin.TopRight => y * width + right,
                    SKEncodedOrigin.BottomRight => down * width + right,
                    SKEncodedOrigin.BottomLeft => down * width + x,
                    SKEncodedOrigin.LeftTop => x * height + y,
                    SKEncodedOrigin.RightTop => x * height + down,
                    SKEncodedOrigin.RightBottom => right * height + down,
                    _ => right * height + y,
                };
                var pixel = pixels.AsSpan((y * width + x) * PictureResizing.Channels, PictureResizing.Channels);
                pixel.CopyTo(turned.AsSpan(place * PictureResizing.Channels));
            }
        }
        return turned;
    }

    private static InvalidDataException CutOff() => new("it is cut off or damaged: fetch it again.");

    private static (int Width, int Height) Reduce(SKCodec codec, Size target)
    {
        for (var divisor = MostReduction; divisor > 1; divisor /= 2)
        {
            var size = codec.GetScaledDimensions(1f / divisor);
            var isEnough = size.Width >= SpareReduction * target.Width && size.Height >= SpareReduction * target.Height;
            if (size.Width < codec.Info.Width && isEnough)
                return (size.Width, size.Height);
        }
        return (codec.Info.Width, codec.Info.Height);
    }
}
