using Microsoft.ML.Data;

namespace Microsoft.ML.Png;

/// <summary>Reads PNG files of every colour type, depth and interlacing.</summary>
internal static class PngReader
{
    /// <exception cref="InvalidDataException">It is damaged, or too large.</exception>
    public static MLImage Read(ReadOnlySpan<byte> file)
    {
        var parts = PngParts.Read(file);
        var header = parts.Header;
        var promised = PngPass.Of(header).Sum(pass => pass.Length(header));
        if (promised > (long)parts.Data.Length * PngInflater.LargestRatio)
        {
            throw new InvalidDataException(
                $"the PNG has too little pixel data: {parts.Data.Length} bytes cannot hold {header.Width}x{header.Height} pixels");
        }

        var pixels = new byte[4 * header.Width * header.Height];
        var converter = new PngPixelConverter(parts);
        using var inflater = new PngInflater(parts.Data);
        foreach (var pass in PngPass.Of(header))
            Read(inflater, header, pass, converter, pixels);
        inflater.Finish();
        return new MLImage(header.Width, header.Height, MLPixelFormat.Bgra32, pixels);
    }

    private static void Read(PngInflater inflater, PngHeader header, PngPass pass, PngPixelConverter converter, byte[] pixels)
    {
        var (width, height) = (pass.Width(header), pass.Height(header));
        var above = new byte[header.RowLength(width)];
        var row = new byte[above.Length];
        var samples = new ushort[width * header.Channels];
        Span<byte> filter = stackalloc byte[1];
        for (var y = 0; y < height; y++)
        {
            inflater.Fill(filter);
            inflater.Fill(row);
            PngFilter.Undo(filter[0], row, above, header.FilterDistance);
            PngSamples.Unpack(row, header.Depth, samples);
            var first = (((pass.Y + (y * pass.StepY)) * header.Width) + pass.X) * 4;
            converter.Convert(samples, pixels.AsSpan(first), pass.StepX);
            (row, above) = (above, row);
        }
    }
}
