using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Selects the rows in memory that are examples, and orders them for training.</summary>
internal sealed class ExampleRows
{
    private ExampleRows(long count, long[]? chosen) => (Count, Chosen) = (count, chosen);

    /// <summary>Initializes a new instance of the <see cref="ExampleRows"/> class in which every row is an example.</summary>
    public ExampleRows(long count)
        : this(count, null)
    {
    }

    public long Count { get; }

    /// <summary>Gets the rows that are examples; null if all are.</summary>
    public long[]? Chosen { get; }

    /// <summary>
    /// Returns the rows of each batch for one pass over all examples and their copies, in random order. The originals come first in each
    /// batch.
    /// </summary>
    public IEnumerable<(long[] Rows, int Originals)> Shuffled(int copies, int batchSize, int batches, Generator generator)
    {
        var order = new ExampleOrder((int)Count, copies, generator);
        return Enumerable.Range(0, batches).Select(i =>
        {
            var (examples, originals) = order.Batch((long)i * batchSize, i == batches - 1 ? order.Count : (i + 1L) * batchSize);
            return (RowsOf(examples), originals);
        });
    }

    /// <summary>Returns the rows of each batch for one pass over all examples, always in the same order and without copies.</summary>
    public IEnumerable<(long[] Rows, int Originals)> InOrder(int batchSize) =>
        Enumerable.Range(0, (int)Count).Select(i => (long)i).Chunk(batchSize).Select(examples => (RowsOf(examples), examples.Length));

    /// <summary>Splits off the specified number of examples at random.</summary>
    public (ExampleRows Remaining, ExampleRows HeldOut) Split(long heldOut, int seed)
    {
        using var generator = new Generator((ulong)seed);
        using var permutation = randperm(Count, generator: generator);
        var order = RowsOf(permutation.data<long>().ToArray());
        return (Of(order[(int)heldOut..]), Of(order[..(int)heldOut]));
    }

    private static ExampleRows Of(long[] chosen) => new(chosen.Length, chosen);

    private long[] RowsOf(long[] examples) => Chosen is null ? examples : Array.ConvertAll(examples, i => Chosen[i]);
}
