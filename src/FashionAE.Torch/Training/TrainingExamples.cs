using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// The examples that an autoencoder is trained on: images, or pairs of an input and a target image. <see cref="TensorExamples"/> are in
/// memory; derive from this class to train on more than fits there.
/// </summary>
public abstract class TrainingExamples : IDisposable
{
    /// <summary>Gets the shape of an input: of images, or of vectors.</summary>
    public abstract InputShape Shape { get; }

    /// <summary>Gets the number of examples, changed copies not counted.</summary>
    public abstract long Count { get; }

    /// <summary>Gets a text that tells these examples from others, for a checkpoint.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Goes through all examples once, in random order. A batch's tensors are made when it is reached, in the dispose scope of then.
    /// </summary>
    /// <param name="copies">How many changed copies stand beside every example, 0 or more.</param>
    /// <param name="batchSize">The size of a batch. A last single example joins the batch before, for batch normalization.</param>
    /// <param name="generator">The generator that the order comes from; on the CPU.</param>
    /// <param name="device">The device that the tensors shall be on.</param>
    /// <returns>As many batches as <see cref="CountBatches"/> says.</returns>
    public abstract IEnumerable<TrainingBatch> Shuffled(int copies, int batchSize, Generator generator, Device device);

    /// <summary>Goes through all examples once, always in the same order; the tensors as in <see cref="Shuffled"/>.</summary>
    /// <param name="batchSize">The size of a batch.</param>
    /// <param name="device">The device that the tensors shall be on.</param>
    /// <returns>The batches; all are originals.</returns>
    public abstract IEnumerable<TrainingBatch> InOrder(int batchSize, Device device);

    /// <summary>Cuts the examples in two at random.</summary>
    /// <param name="fraction">The share of the second part, within (0, 1).</param>
    /// <param name="seed">The seed; the same one gives the same parts.</param>
    /// <returns>The rest and the part held out, each with at least one example; both need these examples to stay undisposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not within (0, 1), or leaves fewer than two examples.</exception>
    public abstract (TrainingExamples Remaining, TrainingExamples HeldOut) Split(double fraction, int seed);

    /// <summary>Counts the batches that <see cref="Shuffled"/> gives.</summary>
    /// <inheritdoc cref="Shuffled" path="/param[@name='copies' or @name='batchSize']"/>
    /// <exception cref="ArgumentOutOfRangeException">There are more batches than can be counted.</exception>
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
                $"{Count} images with {copies} copies each make more than {int.MaxValue} batches of {batchSize}:"
                + " make fewer copies, or larger batches.");
    }

    /// <summary>Gets how many examples of a batch <see cref="Count"/> counts; old ones that are rehearsed come on top of it.</summary>
    internal virtual int CountedIn(int batchSize) => batchSize;

    /// <summary>Frees the memory that the examples hold.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory that the examples hold.</summary>
    /// <param name="disposing">True when <see cref="Dispose()"/> calls.</param>
    protected virtual void Dispose(bool disposing) { }

    /// <summary>Checks that a split is possible, and counts its second part.</summary>
    /// <param name="fraction">The share of the part held out.</param>
    /// <returns>How many examples are held out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not possible.</exception>
    protected long CountHeldOut(double fraction)
    {
        var heldOut = fraction is > 0 and < 1 ? Math.Max((long)Math.Round(Count * fraction), 1) : Count;
        return Count - heldOut >= 2
            ? heldOut
            : throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction,
                $"{fraction} of {Count} images cannot be held out: a share within (0, 1) has to leave two or more to learn from.");
    }
}

/// <summary>A batch of examples, which one training step learns from.</summary>
/// <param name="Input">The images that the model sees before augmentation, float32 [N, C, H, W] in [0, 1].</param>
/// <param name="Target">The images that it shall give back, of the same shape and range; the same tensor where that is the input.</param>
/// <param name="Originals">How many of the first images stay as they are; the rest are copies to be changed by augmentation.</param>
public readonly record struct TrainingBatch(Tensor Input, Tensor Target, int Originals);
