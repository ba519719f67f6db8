using System.Numerics;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// The random order of the examples in an epoch. Example e is image e modulo the number of images. The first examples are the originals,
/// followed by the changed copies.
/// </summary>
internal sealed class ExampleOrder
{
    /// <summary>The largest number of examples whose order is stored in memory.</summary>
    public const long MostShuffled = 1 << 22;

    private const int Rounds = 6;

    private readonly int _images;

    // Either the stored order, or the keys to compute it.
    private readonly long[]? _examples;
    private readonly long[]? _keys;
    private readonly int _halfBits;

    public ExampleOrder(int images, int copies, Generator generator)
    {
        (_images, Count) = (images, images * ((long)copies + 1));
        if (Count <= MostShuffled)
        {
            using var permutation = randperm(Count, generator: generator);
            _examples = permutation.data<long>().ToArray();
            return;
        }
        // A stored order would need 8 bytes for each example, which can be more than the images need. Use a Feistel network (Luby and
        // Rackoff 1988) instead. It permutes all numbers of 2 * _halfBits bits and stores only the keys.
        _halfBits = (BitOperations.Log2((ulong)Count - 1) + 2) / 2;
        using var keys = randint(long.MaxValue, [Rounds], ScalarType.Int64, generator: generator);
        _keys = keys.data<long>().ToArray();
    }

    public long Count { get; }

    /// <summary>
    /// Returns the indices of the images at the positions in [start, end), originals first, and the number of the originals.
    /// </summary>
    public (long[] Images, int Originals) Batch(long start, long end)
    {
        var images = new long[end - start];
        var (front, back) = (0, images.Length);
        for (var place = start; place < end; place++)
        {
            var example = _examples is null ? Permuted(place) : _examples[place];
            images[example < _images ? front++ : --back] = example % _images;
        }
        return (images, front);
    }

    /// <summary>Returns the example at a position. Results out of range are permuted again until they are in range.</summary>
    private long Permuted(long place)
    {
        var mask = (1UL << _halfBits) - 1;
        do
        {
            var (left, right) = ((ulong)place >> _halfBits, (ulong)place & mask);
            foreach (var key in _keys!)
                (left, right) = (right, left ^ MurmurHash.Mix(right ^ (ulong)key) & mask);
            place = (long)(left << _halfBits | right);
        }
        while (place >= Count);
        return place;
    }
}
