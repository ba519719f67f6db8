using System.Drawing;
using SkiaSharp;

namespace FashionAE.MLNet;

/// <summary>A picture that was decoded from a file: its pixels as they are stored, and how they must be turned to be upright.</summary>
internal sealed class PictureFile : IDisposable
{
    // A decoder that reduces (JPEG, WebP) shall leave that many pixels for each pixel of the result to be averaged.
    private const int SpareReduction = 8;
    private const int MostReduction = 8;

    private const int LargestFile = 1 << 30;

    // Skia finds others, such as WBMP, in files that are no pictures at all.
    private static readonly SKEncodedImageFormat[] Formats =
    [
        SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Bmp, SKEncodedImageFormat.Gif,
    ];

    private readonly SKBitmap _bitmap;

    private PictureFile(SKBitmap bitmap, SKEncodedOrigin origin) => (_bitmap, Origin) = (bitmap, origin);

    public SKEncodedOrigin Origin { get; }

    public int Width => _bitmap.Width;

    public int Height => _bitmap.Height;

    /// <summary>Gets the pixels: blue, green, red, alpha, the colors multiplied by alpha.</summary>
    public ReadOnlySpan<byte> Pixels => _bitmap.GetPixelSpan();

    /// <summary>Whether a stored picture lies on its side.</summary>
    public static bool IsTransposed(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Opens the header of a picture that is read into memory first: Skia cannot pass on what a stream throws.</summary>
    /// <exception cref="InvalidDataException">It is no picture, cut off or damaged, or has too many pixels.</exception>
    public static SKCodec Open(Stream stream, int maximumPixels)
    {
        using var file = ReadWhole(stream);
        // Of such a file the decoder makes a picture whose missing part is gray.
        if (PngFile.IsCutOff(file) || JpegFile.IsCutOff(file))
            throw CutOff();
        using var data = SKData.CreateCopy(file.GetBuffer(), (ulong)file.Length);
        var codec = SKCodec.Create(data);
        if (codec is null || !Formats.Contains(codec.EncodedFormat))
        {
            codec?.Dispose();
            throw new InvalidDataException("it is not a picture that can be decoded: only PNG, JPEG, WebP, BMP and GIF files are.");
        }
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height <= maximumPixels)
            return codec;
        codec.Dispose();
        throw new InvalidDataException(
            $"it has {width}x{height} pixels, more than the maximum of {maximumPixels:N0}: shrink it"
            + ((long)width * height <= PixelReader.MostPixels ? ", or raise MaximumPixels (--maximum-pixels of the command)." : "."));
    }

    /// <summary>Decodes a picture, at the size of <see cref="SizeFor"/>.</summary>
    /// <exception cref="InvalidDataException">It is incomplete or damaged.</exception>
    public static PictureFile Decode(SKCodec codec, Size? target)
    {
        var (width, height) = SizeFor(codec, target);
        var bitmap = new SKBitmap();
        try
        {
            if (!bitmap.TryAllocPixels(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul)))
                throw new InvalidDataException($"there is not enough memory for its {width}x{height} pixels: shrink it.");
            return codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success
                ? new PictureFile(bitmap, codec.EncodedOrigin)
                : throw CutOff();
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    public void Dispose() => _bitmap.Dispose();

    /// <summary>Turns stored pixels upright.</summary>
    /// <param name="origin">Which corner of the upright picture they begin in, and in which direction they go (EXIF 2.3, tag 274).</param>
    public static void TurnUpright(ReadOnlySpan<byte> pixels, int width, SKEncodedOrigin origin, Span<byte> turned)
    {
        var height = pixels.Length / PictureResizing.Channels / width;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (right, down) = (width - 1 - x, height - 1 - y);
                var place = origin switch
                {
                    SKEncodedOrigin.TopLeft => y * width + x,
                    SKEncodedOrigin.TopRight => y * width + right,
                    SKEncodedOrigin.BottomRight => down * width + right,
                    SKEncodedOrigin.BottomLeft => down * width + x,
                    SKEncodedOrigin.LeftTop => x * height + y,
                    SKEncodedOrigin.RightTop => x * height + down,
                    SKEncodedOrigin.RightBottom => right * height + down,
                    _ => right * height + y,
                };
                var pixel = pixels.Slice((y * width + x) * PictureResizing.Channels, PictureResizing.Channels);
                pixel.CopyTo(turned[(place * PictureResizing.Channels)..]);
            }
        }
    }

    /// <summary>The size that a picture is decoded at: its own, or a reduced one that still leaves enough to average.</summary>
    /// <param name="target">The size that the stored picture will be resized to; null for its own.</param>
    public static (int Width, int Height) SizeFor(SKCodec codec, Size? target)
    {
        for (var divisor = MostReduction; target is { } wanted && divisor > 1; divisor /= 2)
        {
            var size = codec.GetScaledDimensions(1f / divisor);
            var isEnough = size.Width >= SpareReduction * wanted.Width && size.Height >= SpareReduction * wanted.Height;
            if (size.Width < codec.Info.Width && isEnough)
                return (size.Width, size.Height);
        }
        return (codec.Info.Width, codec.Info.Height);
    }

    private static InvalidDataException CutOff() => new("it is cut off or damaged: fetch it again.");

    private static MemoryStream ReadWhole(Stream stream)
    {
        // The memory of a file grows once, to its length.
        var length = stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : 0;
        var file = new MemoryStream((int)Math.Min(length, LargestFile));
        var block = new byte[1 << 16];
        while (stream.Read(block) is > 0 and var count)
        {
            if (length >= LargestFile || file.Length + count >= LargestFile)
                throw new InvalidDataException($"it has {LargestFile:N0} bytes or more: compress the picture.");
            file.Write(block, 0, count);
        }
        file.Position = 0;
        return file;
    }
}
