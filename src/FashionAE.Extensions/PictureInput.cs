using System.Buffers;

namespace FashionAE.Extensions;

/// <summary>Makes pixels of the pictures that requests send, with bounded memory.</summary>
internal sealed class PictureInput(AutoencoderServiceOptions options) : IDisposable
{
    private const int Small = 1 << 14;

    // More at the same time would be no faster, and each takes memory.
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);

    /// <summary>Reads a file into memory.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public async Task<MemoryStream> ReadAsync(Stream picture, CancellationToken stop)
    {
        var bytes = new MemoryStream();
        var part = ArrayPool<byte>.Shared.Rent(1 << 14);
        try
        {
            int count;
            while ((count = await picture.ReadAsync(part, stop).ConfigureAwait(false)) > 0)
            {
                if (bytes.Length + count > options.MaximumBytes)
                    throw new InvalidDataException($"The picture cannot be read: it has more than {options.MaximumBytes:N0} bytes.");
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

    /// <summary>Finds how pictures become the pixels of a pipeline.</summary>
    /// <exception cref="InvalidOperationException">It is one of vectors.</exception>
    public PixelOptions OptionsFor(ServedPipeline pipeline)
    {
        var shape = pipeline.Autoencoder.InputShape.Image
            ?? throw new InvalidOperationException("The model is one of vectors: call ScoreAsync with an array of numbers.");
        return pipeline.Pixels is { } own
            ? own with { MaximumPixels = Math.Min(own.MaximumPixels, options.Pixels.MaximumPixels) }
            : options.Pixels with { Shape = shape };
    }

    /// <summary>Decodes a file to pixels.</summary>
    /// <exception cref="InvalidDataException">It is no picture, damaged, or too large.</exception>
    public async Task<float[]> DecodeAsync(MemoryStream picture, PixelOptions pixels, CancellationToken stop)
    {
        await _decoders.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            // A small one is decoded sooner than another thread begins.
            return picture.Length <= Small
                ? PixelReader.Read(picture, pixels)
                : await Task.Run(() => PixelReader.Read(picture, pixels), stop).ConfigureAwait(false);
        }
        finally
        {
            // The request holds the stream as long as it waits.
            picture.SetLength(0);
            picture.Capacity = 0;
            _decoders.Release();
        }
    }

    public void Dispose() => _decoders.Dispose();
}
