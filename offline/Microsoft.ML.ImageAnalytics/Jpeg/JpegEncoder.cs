using Microsoft.ML.Data;

namespace Microsoft.ML.Jpeg;

/// <summary>
/// Writes JPEG files as Skia does: quality 100, chroma of half the width and height, the colours as they are in memory, alpha left out.
/// </summary>
internal static unsafe class JpegEncoder
{
    private const int Quality = 100;

    public static ReadOnlyMemory<byte> Encode(MLImage image)
    {
        var (width, height) = (image.Width, image.Height);
        using var encoder = TurboJpeg.tjInitCompress();
        if (encoder.IsInvalid)
            throw new InvalidOperationException("libturbojpeg cannot make a compressor.");

        // The library can write no more than this, so that the buffer can be our own.
        var size = TurboJpeg.tjBufSize(width, height, TurboJpeg.Subsampling420);
        var file = new byte[checked((int)size.Value)];
        var format = image.PixelFormat == MLPixelFormat.Bgra32 ? TurboJpeg.FormatBgrx : TurboJpeg.FormatRgbx;
        fixed (byte* pixels = image.Pixels)
        fixed (byte* start = file)
        {
            var jpeg = start;
            const int Flags = TurboJpeg.AccurateDct | TurboJpeg.NoReallocation;
            var result = TurboJpeg.tjCompress2(
                encoder, pixels, width, 4 * width, height, format, ref jpeg, ref size, TurboJpeg.Subsampling420, Quality, Flags);
            if (result != 0)
            {
                var reason = TurboJpeg.LastError(encoder);
                throw new ArgumentException($"An image of {width}x{height} pixels cannot be written as a JPEG: {reason}.", nameof(image));
            }
        }
        return file.AsMemory(0, (int)size.Value);
    }
}
