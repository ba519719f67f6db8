using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Images as they come in, kept as bytes as long as that loses nothing, as float32 afterwards.</summary>
internal sealed class PixelStore(ImageShape shape)
{
    private const int ChunkRows = 1024;

    private readonly List<byte[]> _bytes = [];
    private readonly List<float[]> _floats = [];
    private readonly byte[] _row = new byte[shape.Size];
    private int _count;

    public bool IsBytes { get; private set; } = true;

    /// <summary>The bytes that the images take, in whole chunks.</summary>
    public long Size => (long)(_bytes.Count + _floats.Count) * ChunkRows * shape.Size * (IsBytes ? 1 : sizeof(float));

    public void Add(ReadOnlySpan<float> image)
    {
        if (IsBytes && !TryConvert(image))
            Widen();
        var place = _count++ % ChunkRows;
        if (IsBytes)
            _row.CopyTo(Chunk(_bytes, place), place * shape.Size);
        else
            image.CopyTo(Chunk(_floats, place).AsSpan(place * shape.Size));
    }

    /// <summary>Gives the images away as one tensor, uint8 or float32 [N, C, H, W], and keeps none.</summary>
    public Tensor Take()
    {
        var tensor = empty(shape.Batch(_count), IsBytes ? ScalarType.Byte : ScalarType.Float32);
        for (var first = 0; first < _count; first += ChunkRows)
        {
            var chunk = first / ChunkRows;
            var source = IsBytes ? _bytes[chunk] : MemoryMarshal.AsBytes<float>(_floats[chunk]);
            using var rows = tensor.narrow(0, first, Math.Min(ChunkRows, _count - first));
            var target = rows.bytes;
            source[..target.Length].CopyTo(target);
            if (IsBytes)
                _bytes[chunk] = [];
            else
                _floats[chunk] = [];
        }
        Clear();
        return tensor;
    }

    public void Clear()
    {
        _bytes.Clear();
        _floats.Clear();
        _count = 0;
    }

    private bool TryConvert(ReadOnlySpan<float> image)
    {
        var numbers = ByteValues.InUnitRange;
        for (var i = 0; i < image.Length; i++)
        {
            var value = (byte)(image[i] * 255 + 0.5f);
            if (numbers[value] != image[i])
                return false;
            _row[i] = value;
        }
        return true;
    }

    private void Widen()
    {
        foreach (var chunk in _bytes)
            _floats.Add(Array.ConvertAll(chunk, b => ByteValues.InUnitRange[b]));
        _bytes.Clear();
        IsBytes = false;
    }

    private T[] Chunk<T>(List<T[]> chunks, int place)
    {
        if (place == 0)
            chunks.Add(new T[ChunkRows * shape.Size]);
        return chunks[^1];
    }
}
