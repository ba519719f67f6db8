using System.Buffers;

namespace FashionAE.Extensions;

/// <summary>Makes pixels of the pictures that requests send, with bounded memory.</summary>
internal sealed class PictureInput : IDisposable
{
    private readonly int _maximumBytes;
    private readonly PixelOptions? _pixels;
    // More at the same time would be no faster, and each takes memory.
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);

    /// <exception cref="ArgumentException">The pixel options are invalid.</exception>
    public PictureInput(AutoencoderServiceOptions options, InputShape shape)
    {
        _maximumBytes = options.MaximumBytes;
        _pixels = shape.Image is { } image ? options.Pixels with { Shape = image } : null;
    }

    /// <summary>Reads a file into memory.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    /// <exception cref="InvalidOperationException">The model is one of vectors.</exception>
    public async Task<MemoryStream> ReadAsync(Stream picture, CancellationToken stop)
    {
        if (_pixels is null)
            throw new InvalidOperationException("The model is one of vectors: call ScoreAsync with an array of numbers.");
        var bytes = new MemoryStream();
        var part = ArrayPool<byte>.Shared.Rent(1 << 14);
        try
        {
            int count;
            while ((count = await picture.ReadAsync(part, stop)) > 0)
            {
                if (bytes.Length + count > _maximumBytes)
                    throw new InvalidDataException($"The picture cannot be read: it has more than {_maximumBytes:N0} bytes.");
                bytes.Write(part, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
        bytes.Position = 0;
        return bytes;
    }

    /// <summary>Decodes a file to pixels.</summary>
    /// <exception cref="InvalidDataException">It is no picture, damaged, or too large.</exception>
    public async Task<float[]> DecodeAsync(MemoryStream picture, CancellationToken stop)
    {
        await _decoders.WaitAsync(stop);
        try
        {
            return PixelReader.Read(picture, _pixels!);
        }
        finally
        {
            _decoders.Release();
        }
    }

    public void Dispose() => _decoders.Dispose();
}
