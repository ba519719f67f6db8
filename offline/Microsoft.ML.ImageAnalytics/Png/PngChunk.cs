namespace Microsoft.ML.Png;

/// <summary>A piece of a PNG file.</summary>
internal readonly ref struct PngChunk(uint type, ReadOnlySpan<byte> data)
{
    public uint Type { get; } = type;

    public ReadOnlySpan<byte> Data { get; } = data;
}
