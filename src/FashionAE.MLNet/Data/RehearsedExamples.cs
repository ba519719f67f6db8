using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// Mixes old examples into every batch of new ones, so that a network that learns the new examples does not forget the old ones (experience
/// replay; Ratcliff 1990). The old examples are drawn again in each epoch. If there are few, an epoch uses them several times.
/// </summary>
/// <param name="examples">The new examples. An epoch uses each of them once. Counts, splits and ordered reads use only these.</param>
/// <param name="old">The old examples.</param>
/// <param name="share">The share of old examples in a batch, in (0, 1).</param>
internal sealed class RehearsedExamples(TrainingExamples examples, TrainingExamples old, double share) : TrainingExamples
{
    private const int FewestDrawn = 100;

    public override InputShape Shape => examples.Shape;

    public override long Count => examples.Count;

    public override string Description => $"{examples.Description}, with a share of {share:R} of {old.Description}";

    public override IEnumerable<TrainingBatch> Shuffled(int copies, int batchSize, Generator generator, Device device)
    {
        var oldInBatch = OldIn(batchSize);
        var wanted = (double)oldInBatch * CountBatches(copies, batchSize);
        using var drawn = Draw(wanted / (copies + 1), generator);
        using var rehearsed = Forever(drawn ?? old, copies, oldInBatch, generator, device).GetEnumerator();
        foreach (var batch in examples.Shuffled(copies, batchSize - oldInBatch, generator, device))
        {
            rehearsed.MoveNext();
            yield return Join(batch, rehearsed.Current);
        }
    }

    public override IEnumerable<TrainingBatch> InOrder(int batchSize, Device device) => examples.InOrder(batchSize, device);

    public override (TrainingExamples Remaining, TrainingExamples HeldOut) Split(double fraction, int seed)
    {
        var (remaining, heldOut) = examples.Split(fraction, seed);
        return (new RehearsedExamples(remaining, old, share), heldOut);
    }

    internal override int CountedIn(int batchSize) => batchSize - OldIn(batchSize);

    private int OldIn(int batchSize) => Math.Clamp((int)Math.Round(batchSize * share), 1, batchSize - 1);

    /// <summary>
    /// Draws old examples at random if they are streamed, because the first batches of a stream come only from its first rows. Returns null
    /// if they are not streamed, or if all of them are needed.
    /// </summary>
    private StreamedExamples? Draw(double wanted, Generator generator)
    {
        // The number of drawn rows is random. The fraction is chosen for 10 % more rows than wanted, which usually avoids a second pass
        // over them. It is also chosen for at least FewestDrawn rows, so that the draw is not empty.
        var fraction = Math.Max(1.1 * wanted, FewestDrawn) / old.Count;
        if (old is not StreamedExamples streamed || fraction >= 1)
            return null;
        using var seed = randint(int.MaxValue, [1], ScalarType.Int64, generator: generator);
        return streamed.Draw(fraction, (int)seed.item<long>());
    }

    private static IEnumerable<TrainingBatch> Forever(
        TrainingExamples examples, int copies, int batchSize, Generator generator, Device device)
    {
        // A smaller last batch is skipped, unless it is the only one, so that every batch gets the same number of old examples.
        var whole = Math.Max(1, examples.Count * ((long)copies + 1) / batchSize);
        while (true)
            foreach (var batch in examples.Shuffled(copies, batchSize, generator, device).Take((int)Math.Min(whole, int.MaxValue)))
                yield return batch;
    }

    /// <summary>Concatenates two batches: the originals of both, followed by their copies.</summary>
    private static TrainingBatch Join(TrainingBatch first, TrainingBatch second)
    {
        Tensor Joined(Tensor a, Tensor b) => cat(
        [
            a.narrow(0, 0, first.Originals), b.narrow(0, 0, second.Originals),
            a.narrow(0, first.Originals, a.shape[0] - first.Originals), b.narrow(0, second.Originals, b.shape[0] - second.Originals),
        ]);
        var input = Joined(first.Input, second.Input);
        var sameTarget = ReferenceEquals(first.Input, first.Target) && ReferenceEquals(second.Input, second.Target);
        return new TrainingBatch(
            input, sameTarget ? input : Joined(first.Target, second.Target), first.Originals + second.Originals);
    }
}
