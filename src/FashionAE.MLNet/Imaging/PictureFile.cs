using System.Drawing;
using SkiaSharp;

namespace FashionAE.MLNet;

/// <summary>A decoded image file: its pixels as they are stored, and the orientation that turns them upright.</summary>
internal sealed class PictureFile : IDisposable
{
    // Some decoders (JPEG, WebP) can reduce the size. At least this many pixels per axis must remain for each result pixel, so that they
    // can be averaged.
    private const int SpareReduction = 8;
    private const int MostReduction = 8;

    private const int LargestFile = 1 << 30;

    // Skia detects other formats, such as WBMP, in files that are not images at all.
    private static readonly SKEncodedImageFormat[] Formats =
    [
        SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Bmp, SKEncodedImageFormat.Gif,
    ];

    private readonly SKBitmap _bitmap;

    private PictureFile(SKBitmap bitmap, SKEncodedOrigin origin) => (_bitmap, Origin) = (bitmap, origin);

    public SKEncodedOrigin Origin { get; }

    public int Width => _bitmap.Width;

    public int Height => _bitmap.Height;

    /// <summary>Gets the pixels: blue, green, red, alpha. The colors are premultiplied by alpha.</summary>
    public ReadOnlySpan<byte> Pixels => _bitmap.GetPixelSpan();

    /// <summary>Determines whether an orientation swaps width and height, as a rotation by 90 degrees does.</summary>
    public static bool IsTransposed(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>
    /// Reads a file into memory and opens its header. The file is not read as a stream, because Skia cannot pass on a stream's exceptions.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The file is not an image, is truncated or damaged, or has too many bytes or pixels.
    /// </exception>
    public static SKCodec Open(Stream stream, int maximumPixels)
    {
        using var file = ReadWhole(stream);
        // The decoder would accept a truncated file, and fill the missing part with gray.
        if (PngFile.IsCutOff(file) || JpegFile.IsCutOff(file))
            throw CutOff();
        using var data = SKData.CreateCopy(file.GetBuffer(), (ulong)file.Length);
        var codec = SKCodec.Create(data);
        if (codec is null || !Formats.Contains(codec.EncodedFormat))
        {
            codec?.Dispose();
            throw new InvalidDataException("it is not a picture in a supported format: use PNG, JPEG, WebP, BMP or GIF.");
        }
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height <= maximumPixels)
            return codec;
        codec.Dispose();
        throw new InvalidDataException(
            $"it has {width}x{height} pixels, more than the maximum of {maximumPixels:N0}: shrink it"
            + ((long)width * height <= PixelReader.MostPixels ? ", or raise MaximumPixels (--maximum-pixels of the command)." : "."));
    }

    /// <summary>Decodes an image in the size that <see cref="SizeFor"/> returns.</summary>
    /// <exception cref="InvalidDataException">The file is truncated or damaged, or there is not enough memory.</exception>
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
    /// <param name="pixels">The stored pixels.</param>
    /// <param name="width">The stored width.</param>
    /// <param name="origin">
    /// The corner of the upright image in which the stored pixels start, and their direction (EXIF 2.3, tag 274).
    /// </param>
    /// <param name="turned">The upright pixels.</param>
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

    /// <summary>Gets the size for decoding an image: its full size, or a smaller size that still has enough pixels for averaging.</summary>
    /// <param name="codec">The opened file.</param>
    /// <param name="target">The size to which the stored image will be resized; null for its full size.</param>
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

    private static InvalidDataException CutOff() => new("it is truncated or damaged: download or copy it again.");

    private static MemoryStream ReadWhole(Stream stream)
    {
        // Allocate the length of the file, so that the buffer does not grow repeatedly.
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
