using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Stores images one after the other: as bytes as long as that is lossless, and as float32 otherwise.</summary>
internal sealed class PixelStore(InputShape shape)
{
    // Limits the chunk size, so that a few large images do not allocate hundreds of megabytes.
    private readonly int _chunkRows = Math.Clamp((1 << 24) / shape.Size, 1, 1024);
    private readonly List<byte[]> _chunks = [];
    private int _count;

    // Images usually hold byte values / 255. Other vectors have other units and are never stored as bytes.
    public bool IsBytes { get; private set; } = !shape.IsVector;

    /// <summary>Gets the memory of all chunks, in bytes.</summary>
    public long Size => (long)_chunks.Count * _chunkRows * RowLength;

    private int RowLength => shape.Size * (IsBytes ? 1 : sizeof(float));

    public void Add(ReadOnlySpan<float> image)
    {
        var place = _count++ % _chunkRows;
        if (place == 0)
            _chunks.Add(new byte[_chunkRows * RowLength]);
        if (IsBytes && !TryConvert(image, Row(place)))
            Widen();
        if (!IsBytes)
            MemoryMarshal.AsBytes(image).CopyTo(Row(place));
    }

    /// <summary>Moves the images to a tensor, uint8 or float32 [N, C, H, W], or vectors to float32 [N, L], and empties the store.</summary>
    public Tensor Take()
    {
        var tensor = empty(shape.Batch(_count), IsBytes ? ScalarType.Byte : ScalarType.Float32);
        for (var i = 0; i < _chunks.Count; i++)
        {
            var first = i * _chunkRows;
            using var rows = tensor.narrow(0, first, Math.Min(_chunkRows, _count - first));
            var target = rows.bytes;
            _chunks[i].AsSpan(0, target.Length).CopyTo(target);
            _chunks[i] = [];
        }
        Clear();
        return tensor;
    }

    public void Clear()
    {
        _chunks.Clear();
        _count = 0;
    }

    private Span<byte> Row(int place) => _chunks[^1].AsSpan(place * RowLength, RowLength);

    private static bool TryConvert(ReadOnlySpan<float> image, Span<byte> bytes)
    {
        var numbers = ByteValues.InUnitRange;
        for (var i = 0; i < image.Length; i++)
        {
            bytes[i] = (byte)(image[i] * 255 + 0.5f);
            if (numbers[bytes[i]] != image[i])
                return false;
        }
        return true;
    }

    private void Widen()
    {
        for (var i = 0; i < _chunks.Count; i++)
            _chunks[i] = MemoryMarshal.AsBytes<float>(Array.ConvertAll(_chunks[i], b => ByteValues.InUnitRange[b])).ToArray();
        IsBytes = false;
    }
}
