using System.Buffers.Binary;
using Microsoft.ML.Images;

namespace Microsoft.ML.Png;

/// <summary>The IHDR chunk.</summary>
internal readonly record struct PngHeader(int Width, int Height, int Depth, PngColorType ColorType, bool Interlaced)
{
    /// <summary>Gets the number of samples of a pixel.</summary>
    public int Channels => ColorType switch
    {
        PngColorType.GrayAlpha => 2,
        PngColorType.Rgb => 3,
        PngColorType.Rgba => 4,
        _ => 1,
    };

    /// <summary>Gets how far back a filter looks: the bytes of a pixel, or one.</summary>
    public int FilterDistance => Math.Max(1, Channels * Depth / 8);

    public static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13)
            throw new InvalidDataException($"the PNG is damaged: its IHDR chunk has {data.Length} bytes, not 13");
        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        var (depth, colorType) = (data[8], (PngColorType)data[9]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw new InvalidDataException($"the PNG is damaged: {width}x{height} is no size of an image");
        ImageLimits.CheckSize(width, height);
        if (!IsLegal(depth, colorType))
            throw new InvalidDataException($"the PNG is damaged: there is no colour type {data[9]} of {depth} bits");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw new InvalidDataException($"compression {data[10]}, filtering {data[11]} or interlacing {data[12]} of the PNG is not known");
        return new PngHeader((int)width, (int)height, depth, colorType, data[12] == 1);
    }

    /// <summary>The bytes of so many pixels of a row.</summary>
    public int RowLength(int pixels) => (int)((((long)pixels * Channels * Depth) + 7) / 8);

    private static bool IsLegal(int depth, PngColorType colorType) => colorType switch
    {
        PngColorType.Gray => depth is 1 or 2 or 4 or 8 or 16,
        PngColorType.Palette => depth is 1 or 2 or 4 or 8,
        PngColorType.Rgb or PngColorType.GrayAlpha or PngColorType.Rgba => depth is 8 or 16,
        _ => false,
    };
}
