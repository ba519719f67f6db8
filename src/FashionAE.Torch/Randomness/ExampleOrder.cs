using System.Numerics;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// The examples of an epoch in random order. Example e is image e modulo the images; after the originals come rounds of changed copies.
/// </summary>
internal sealed class ExampleOrder
{
    /// <summary>How many numbers an order keeps in memory.</summary>
    public const long MostShuffled = 1 << 22;

    private const int Rounds = 6;

    private readonly int _images;

    // Either the order itself, or what it is computed from.
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
        // More would take more memory than the images: a Feistel network (Luby and Rackoff 1988) permutes the numbers of as many bits.
        _halfBits = (BitOperations.Log2((ulong)Count - 1) + 2) / 2;
        using var keys = randint(long.MaxValue, [Rounds], ScalarType.Int64, generator: generator);
        _keys = keys.data<long>().ToArray();
    }

    public long Count { get; }

    /// <summary>The images from one place of the order to another, originals first.</summary>
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

    /// <summary>Numbers that the network takes out of the range go through it again until they are within.</summary>
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
