using System.IO.Compression;

namespace Microsoft.ML.Png;

/// <summary>Inflates the pixels, as far as they are asked for.</summary>
internal sealed class PngInflater(byte[] data) : IDisposable
{
    /// <summary>The most that deflate can shrink bytes: 258 of them to two bits.</summary>
    public const int LargestRatio = 1032;

    private readonly ZLibStream _stream = new(new MemoryStream(data), CompressionMode.Decompress);

    /// <summary>Fills the buffer with the next bytes.</summary>
    public void Fill(Span<byte> buffer)
    {
        if (Read(buffer) < buffer.Length)
            throw new InvalidDataException("the PNG has too little pixel data");
    }

    /// <summary>Goes to the end, where the checksum is. More than was asked for is ignored, as libpng does, and not inflated.</summary>
    public void Finish() => Read(stackalloc byte[1]);

    public void Dispose() => _stream.Dispose();

    private int Read(Span<byte> buffer)
    {
        try
        {
            return _stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new InvalidDataException("the PNG is damaged: its pixel data cannot be inflated", e);
        }
    }
}
