using System.Buffers;

namespace FashionAE.Extensions;

/// <summary>Decodes the pictures of requests to pixels, and limits the memory that decoding needs.</summary>
internal sealed class PictureInput(AutoencoderServiceOptions options) : IDisposable
{
    private const int Small = 1 << 14;

    // More decoders than cores would need more memory without being faster.
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);

    /// <summary>Reads a file into memory.</summary>
    /// <exception cref="InvalidDataException">The file is longer than <see cref="AutoencoderServiceOptions.MaximumBytes"/>.</exception>
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

    /// <summary>Gets the options for converting pictures to the pixels of a pipeline.</summary>
    /// <exception cref="InvalidOperationException">The inputs of the model are not images.</exception>
    public PixelOptions OptionsFor(ServedPipeline pipeline)
    {
        var shape = pipeline.Autoencoder.InputShape.Image
            ?? throw new InvalidOperationException("The model encodes vectors, not pictures: call ScoreAsync with an array of values.");
        return pipeline.Pixels is { } own
            ? own with { MaximumPixels = Math.Min(own.MaximumPixels, options.Pixels.MaximumPixels) }
            : options.Pixels with { Shape = shape };
    }

    /// <summary>Decodes a file to pixels.</summary>
    /// <exception cref="InvalidDataException">The file is not a picture, is damaged, or is too large.</exception>
    public async Task<float[]> DecodeAsync(MemoryStream picture, PixelOptions pixels, CancellationToken stop)
    {
        await _decoders.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            // Decoding a small file takes less time than starting another thread.
            return picture.Length <= Small
                ? PixelReader.Read(picture, pixels)
                : await Task.Run(() => PixelReader.Read(picture, pixels), stop).ConfigureAwait(false);
        }
        finally
        {
            // Free the memory now, because the request references the stream until it is answered.
            picture.SetLength(0);
            picture.Capacity = 0;
            _decoders.Release();
        }
    }

    public void Dispose() => _decoders.Dispose();
}
