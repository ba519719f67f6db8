using System.Buffers.Binary;

namespace Microsoft.ML.Png;

/// <summary>Cuts a PNG file into its chunks.</summary>
internal ref struct PngChunkReader(ReadOnlySpan<byte> file)
{
    private ReadOnlySpan<byte> _rest = file[Signature.Length..];

    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads the next chunk, whose letters, length and checksum are right.</summary>
    public PngChunk Read()
    {
        if (_rest.Length < 12)
            throw new InvalidDataException("the PNG is cut off: it has no IEND chunk");
        var length = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        var type = BinaryPrimitives.ReadUInt32BigEndian(_rest[4..]);
        if (!PngChunkType.IsValid(type))
            throw new InvalidDataException($"the PNG is damaged: 0x{type:X8} is no type of a chunk");
        if (length > _rest.Length - 12)
            throw new InvalidDataException(
                $"the PNG is cut off: of the {PngChunkType.Name(type)} chunk's {length} bytes and its checksum, {_rest.Length - 8} bytes are there");
        var data = _rest.Slice(8, (int)length);
        if (Crc32.Append(0, _rest.Slice(4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(_rest[(8 + (int)length)..]))
            throw new InvalidDataException($"the PNG is damaged: the checksum of its {PngChunkType.Name(type)} chunk is wrong");
        _rest = _rest[(12 + (int)length)..];
        return new PngChunk(type, data);
    }
}
