using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Base class for the examples that an autoencoder is trained on: inputs alone, or pairs of an input and a target.
/// <see cref="TensorExamples"/> are in memory. Derive from this class to train on data that does not fit in memory.
/// </summary>
public abstract class TrainingExamples : IDisposable
{
    /// <summary>Gets the shape of an input, an image or a vector.</summary>
    public abstract InputShape Shape { get; }

    /// <summary>Gets the number of examples, not counting augmented copies.</summary>
    public abstract long Count { get; }

    /// <summary>Gets a text that distinguishes these examples from others, for a checkpoint.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Iterates over all examples once, in random order. The tensors of a batch are created when the batch is reached, in the current
    /// dispose scope.
    /// </summary>
    /// <param name="copies">The number of copies of each example for augmentation, 0 or more.</param>
    /// <param name="batchSize">
    /// The number of examples in a batch. A single remaining example joins the previous batch, because batch normalization needs at least
    /// two.
    /// </param>
    /// <param name="generator">The generator for the order, on the CPU.</param>
    /// <param name="device">The device for the tensors.</param>
    /// <returns>As many batches as <see cref="CountBatches"/> returns.</returns>
    public abstract IEnumerable<TrainingBatch> Shuffled(int copies, int batchSize, Generator generator, Device device);

    /// <summary>Iterates over all examples once, always in the same order. Tensors are created as in <see cref="Shuffled"/>.</summary>
    /// <param name="batchSize">The number of examples in a batch.</param>
    /// <param name="device">The device for the tensors.</param>
    /// <returns>The batches, which have no copies.</returns>
    public abstract IEnumerable<TrainingBatch> InOrder(int batchSize, Device device);

    /// <summary>Splits the examples into two parts at random.</summary>
    /// <param name="fraction">The fraction of examples in the second part, within (0, 1).</param>
    /// <param name="seed">The seed. The same seed returns the same parts.</param>
    /// <returns>
    /// The remaining and the held-out examples, at least one of each. Do not dispose this instance while they are in use.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The fraction is not within (0, 1), or fewer than two examples would remain.
    /// </exception>
    public abstract (TrainingExamples Remaining, TrainingExamples HeldOut) Split(double fraction, int seed);

    /// <summary>Returns the number of batches that <see cref="Shuffled"/> returns.</summary>
    /// <inheritdoc cref="Shuffled" path="/param[@name='copies' or @name='batchSize']"/>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 2,147,483,647 batches.</exception>
    public int CountBatches(int copies, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(copies);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var examples = (Int128)Count * ((long)copies + 1);
        var counted = CountedIn(batchSize);
        var rest = examples % counted;
        var batches = examples / counted + (rest > 1 || examples < counted ? 1 : 0);
        return batches <= int.MaxValue
            ? (int)batches
            : throw new ArgumentOutOfRangeException(
                nameof(copies), copies,
                $"{Count} images with {copies} copies each are more than {int.MaxValue} batches of {batchSize}:"
                + " use fewer copies or larger batches.");
    }

    /// <summary>
    /// Returns how many examples of a batch are included in <see cref="Count"/>. Old examples for rehearsal are not included.
    /// </summary>
    internal virtual int CountedIn(int batchSize) => batchSize;

    /// <summary>Releases the memory of the examples.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the memory of the examples.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> calls this method.</param>
    protected virtual void Dispose(bool disposing) { }

    /// <summary>Checks that a split is possible, and returns the size of its second part.</summary>
    /// <param name="fraction">The fraction of examples to hold out.</param>
    /// <returns>The number of held-out examples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The fraction is not within (0, 1), or fewer than two examples would remain.
    /// </exception>
    protected long CountHeldOut(double fraction)
    {
        var heldOut = fraction is > 0 and < 1 ? Math.Max((long)Math.Round(Count * fraction), 1) : Count;
        return Count - heldOut >= 2
            ? heldOut
            : throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction,
                $"Cannot hold out {fraction} of {Count} images: use a fraction within (0, 1) that leaves at least two to train on.");
    }
}

/// <summary>The examples of one training step.</summary>
/// <param name="Input">The inputs before augmentation: images, float32 [N, C, H, W] in [0, 1], or vectors, float32 [N, L].</param>
/// <param name="Target">The values to reconstruct, of the same shape and range. If they are the inputs, this is the same tensor.</param>
/// <param name="Originals">The number of original examples, which come first. The rest are copies to augment.</param>
public readonly record struct TrainingBatch(Tensor Input, Tensor Target, int Originals);
