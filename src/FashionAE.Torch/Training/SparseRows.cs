using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FashionAE.Torch;

/// <summary>
/// Vectors of which the values other than zero are kept with their slots, 8 bytes for each value; one that would be no smaller so is kept
/// whole.
/// </summary>
/// <param name="length">The number of slots of a vector.</param>
internal sealed class SparseRows(int length)
{
    // Numbers of a chunk: as many as are held already, so that little data take little memory and much is never copied.
    private const int SmallestChunk = 1 << 12;
    private const int LargestChunk = 1 << 22;

    // Slots, and then the bits of as many values; or the bits of all values.
    private readonly List<int[]> _chunks = [];
    private readonly List<Place> _places = [];
    private long _held;
    private int _used;

    /// <summary>Gets the number of slots of a vector.</summary>
    public int Length => length;

    public int Count => _places.Count;

    /// <summary>Gets how many values are kept.</summary>
    public long ValueCount { get; private set; }

    /// <summary>Gets the bytes that are held, with room for what comes next.</summary>
    public long Size => _held * sizeof(int) + (long)_places.Capacity * Unsafe.SizeOf<Place>();

    /// <summary>Adds a vector.</summary>
    /// <param name="slots">The slots of the values, ascending; not read where there are values for all slots.</param>
    /// <param name="values">The values; all slots without one are zero.</param>
    public void Add(ReadOnlySpan<int> slots, ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var isDense = values.Length == length;
        var set = bits.Length - bits.Count(0);
        var isKeptWhole = 2L * set >= length;
        var row = Reserve(isKeptWhole ? length : 2 * set);
        for (var (i, n) = (0, 0); i < bits.Length; i++)
        {
            // Explicit zeros are left out; -0 is kept.
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

    /// <summary>Writes a vector with all of its slots.</summary>
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

    /// <summary>Mixes all that is known of a vector into a hash.</summary>
    public ulong Hash(long row, ulong hash)
    {
        var kept = Kept(row);
        hash = MurmurHash.Mix(hash + (ulong)kept.Length + 1);
        foreach (var number in kept)
            hash = MurmurHash.Mix(hash + unchecked((uint)number) + 1);
        return hash;
    }

    /// <summary>Forgets all vectors.</summary>
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
