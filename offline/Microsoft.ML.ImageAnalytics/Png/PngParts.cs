namespace Microsoft.ML.Png;

/// <summary>
/// What a PNG file has to say about its pixels. Colour spaces (gAMA, cHRM, sRGB, iCCP) are ignored, as SkiaSharp ignores them where it decodes
/// a whole bitmap.
/// </summary>
internal sealed class PngParts
{
    private PngParts(PngHeader header) => Header = header;

    public PngHeader Header { get; }

    /// <summary>Gets red, green and blue of the colours, or null.</summary>
    public byte[] Palette { get; private set; }

    /// <summary>Gets the content of the tRNS chunk, or null.</summary>
    public byte[] Transparency { get; private set; }

    /// <summary>Gets the compressed pixels.</summary>
    public byte[] Data { get; private set; }

    /// <summary>Reads all chunks; what follows the last is ignored.</summary>
    public static PngParts Read(ReadOnlySpan<byte> file)
    {
        var reader = new PngChunkReader(file);
        var chunk = reader.Read();
        if (chunk.Type != PngChunkType.Header)
            throw new InvalidDataException($"the PNG is damaged: it starts with the chunk {PngChunkType.Name(chunk.Type)}, not with IHDR");
        var parts = new PngParts(PngHeader.Parse(chunk.Data));
        using var data = new MemoryStream();
        var hasData = false;
        while ((chunk = reader.Read()).Type != PngChunkType.End)
        {
            if (chunk.Type != PngChunkType.Data)
            {
                if (hasData)
                    parts.Data ??= data.ToArray();
                parts.Keep(chunk, hasData);
                continue;
            }
            if (parts.Data is not null)
                throw new InvalidDataException("the PNG is damaged: other chunks are between its IDAT chunks");
            data.Write(chunk.Data);
            hasData = true;
        }
        if (!hasData)
            throw new InvalidDataException("the PNG has no pixels: its IDAT chunk is missing");
        if (parts.Header.ColorType == PngColorType.Palette && parts.Palette is null)
            throw new InvalidDataException("the PNG has no colours: its PLTE chunk is missing");
        parts.Data ??= data.ToArray();
        return parts;
    }

    private void Keep(PngChunk chunk, bool afterData)
    {
        switch (chunk.Type)
        {
            case PngChunkType.Palette:
                if (afterData || Palette is not null || Transparency is not null)
                    throw new InvalidDataException("the PNG is damaged: its PLTE chunk comes twice or too late");
                if (chunk.Data.Length is 0 or > 768 || chunk.Data.Length % 3 != 0)
                    throw new InvalidDataException($"the PNG is damaged: its PLTE chunk has {chunk.Data.Length} bytes");
                Palette = chunk.Data.ToArray();
                break;
            case PngChunkType.Transparency:
                if (afterData || Transparency is not null)
                    throw new InvalidDataException("the PNG is damaged: its tRNS chunk comes twice or too late");
                if (!IsTransparencyLength(chunk.Data.Length))
                    throw new InvalidDataException($"the PNG is damaged: its tRNS chunk has {chunk.Data.Length} bytes");
                Transparency = chunk.Data.ToArray();
                break;
            case PngChunkType.Header:
                throw new InvalidDataException("the PNG is damaged: its IHDR chunk comes twice");
            case var type when PngChunkType.IsCritical(type):
                throw new InvalidDataException($"the PNG has a chunk {PngChunkType.Name(type)}, which is not known and cannot be skipped");
        }
    }

    private bool IsTransparencyLength(int length) => Header.ColorType switch
    {
        PngColorType.Gray => length == 2,
        PngColorType.Rgb => length == 6,
        PngColorType.Palette => Palette is not null && length <= Palette.Length / 3,
        _ => true, // it has no meaning there, and is ignored
    };
}
