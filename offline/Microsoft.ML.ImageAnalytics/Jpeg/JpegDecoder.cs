using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Images;

namespace Microsoft.ML.Jpeg;

/// <summary>Reads JPEG files. The orientation in EXIF is ignored, as SkiaSharp does.</summary>
internal static unsafe class JpegDecoder
{
    /// <summary>
    /// The most pixels that a byte can hold: of a block of 8x8 at least one bit is there, and odd sampling factors spread a block over
    /// up to 114 pixels.
    /// </summary>
    private const int LargestRatio = 1024;

    public static ReadOnlySpan<byte> Signature => [0xFF, 0xD8, 0xFF];

    /// <summary>Decodes a file. One that is cut off is refused, where Skia would fill up what is missing: half an image is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged, too large or of four colours.</exception>
    public static MLImage Decode(ReadOnlySpan<byte> file)
    {
        using var decoder = TurboJpeg.tjInitDecompress();
        if (decoder.IsInvalid)
            throw new InvalidOperationException("libturbojpeg cannot make a decompressor.");
        fixed (byte* jpeg = file)
        {
            var size = new CULong((nuint)file.Length);
            Check(decoder, TurboJpeg.tjDecompressHeader3(decoder, jpeg, size, out var width, out var height, out _, out var colorSpace));
            ImageLimits.CheckSize(width, height);
            if ((long)width * height > (long)file.Length * LargestRatio)
                throw new InvalidDataException($"the JPEG has too little data: {file.Length} bytes cannot hold {width}x{height} pixels");
            if (colorSpace is TurboJpeg.ColorSpaceCmyk or TurboJpeg.ColorSpaceYcck)
                throw new InvalidDataException("the JPEG has four colours (CMYK), which cannot be read: convert it to RGB");

            var pixels = new byte[4 * width * height];
            fixed (byte* to = pixels)
            {
                const int Flags = TurboJpeg.AccurateDct | TurboJpeg.StopOnWarning | TurboJpeg.LimitScans;
                Check(decoder, TurboJpeg.tjDecompress2(decoder, jpeg, size, to, width, 4 * width, height, TurboJpeg.FormatBgra, Flags));
            }
            return new MLImage(width, height, MLPixelFormat.Bgra32, pixels);
        }
    }

    private static void Check(TurboJpegHandle decoder, int result)
    {
        if (result != 0)
            throw new InvalidDataException($"the JPEG is damaged: {TurboJpeg.LastError(decoder)}");
    }
}
