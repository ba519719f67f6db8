using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FashionAE.Torch;

/// <summary>
/// Holds vectors in memory as their nonzero values and the slots of these values, which needs 8 bytes for each value. If this would not
/// save memory, all values of a vector are stored.
/// </summary>
/// <param name="length">The number of slots of a vector.</param>
internal sealed class SparseRows(int length)
{
    // Within these limits, a new chunk is as long as all earlier chunks together. A small data set therefore needs little memory, and a
    // large one is never copied.
    private const int SmallestChunk = 1 << 12;
    private const int LargestChunk = 1 << 22;

    // A row consists of the slots of its values followed by the bits of these values, or of the bits of all values.
    private readonly List<int[]> _chunks = [];
    private readonly List<Place> _places = [];
    private long _held;
    private int _used;

    /// <summary>Gets the number of slots of a vector.</summary>
    public int Length => length;

    public int Count => _places.Count;

    /// <summary>Gets the number of stored values.</summary>
    public long ValueCount { get; private set; }

    /// <summary>Gets the number of bytes in use, including reserved space.</summary>
    public long Size => _held * sizeof(int) + (long)_places.Capacity * Unsafe.SizeOf<Place>();

    /// <summary>Adds a vector.</summary>
    /// <param name="slots">The slots of the values, in ascending order. Ignored if there are values for all slots.</param>
    /// <param name="values">The values. Slots without a value are zero.</param>
    public void Add(ReadOnlySpan<int> slots, ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var isDense = values.Length == length;
        var set = bits.Length - bits.Count(0);
        var isKeptWhole = 2L * set >= length;
        var row = Reserve(isKeptWhole ? length : 2 * set);
        for (var (i, n) = (0, 0); i < bits.Length; i++)
        {
            // Skip explicit zeros, but keep -0.
            if (bits[i] == 0)
                continue;
            var slot = isDense ? i : slots[i];
            if (isKeptWhole)
                row[slot] = bits[i];
            else
                (row[n], row[set + n++]) = (slot, bits[i]);
        }
        ValueCount += isKeptWhole ? length : set;
    }

    /// <summary>Writes a vector with all its slots.</summary>
    public void CopyTo(long row, Span<float> vector)
    {
        var kept = Kept(row);
        if (kept.Length == length)
        {
            MemoryMarshal.Cast<int, float>(kept).CopyTo(vector);
            return;
        }
        vector.Clear();
        var slots = kept[..(kept.Length / 2)];
        var values = MemoryMarshal.Cast<int, float>(kept[slots.Length..]);
        for (var i = 0; i < slots.Length; i++)
            vector[slots[i]] = values[i];
    }

    /// <summary>Combines a vector with a hash.</summary>
    public ulong Hash(long row, ulong hash)
    {
        var kept = Kept(row);
        hash = MurmurHash.Mix(hash + (ulong)kept.Length + 1);
        foreach (var number in kept)
            hash = MurmurHash.Mix(hash + unchecked((uint)number) + 1);
        return hash;
    }

    /// <summary>Removes all vectors.</summary>
    public void Clear()
    {
        _chunks.Clear();
        _places.Clear();
        _places.Capacity = 0;
        (_held, _used, ValueCount) = (0, 0, 0);
    }

    private ReadOnlySpan<int> Kept(long row)
    {
        var place = _places[(int)row];
        return _chunks[place.Chunk].AsSpan(place.Start, place.Numbers);
    }

    private Span<int> Reserve(int numbers)
    {
        if (_chunks.Count == 0 || _chunks[^1].Length - _used < numbers)
        {
            _chunks.Add(new int[Math.Max(numbers, (int)Math.Clamp(_held, SmallestChunk, LargestChunk))]);
            _held += _chunks[^1].Length;
            _used = 0;
        }
        _places.Add(new Place(_chunks.Count - 1, _used, numbers));
        _used += numbers;
        return _chunks[^1].AsSpan(_used - numbers, numbers);
    }

    private readonly record struct Place(int Chunk, int Start, int Numbers);
}
