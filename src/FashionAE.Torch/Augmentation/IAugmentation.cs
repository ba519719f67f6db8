using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Changes images at random to get more training data. Implementations must be records, because a checkpoint stores the result of
/// <see cref="object.ToString"/>, which contains the settings of a record.
/// </summary>
public interface IAugmentation
{
    /// <summary>The largest number of changed copies of an image. More copies do not improve an epoch.</summary>
    internal const int MostCopies = 10_000;

    /// <summary>Creates a changed copy of each image.</summary>
    /// <param name="images">The images, float32 [N, C, H, W] in [0, 1], which must not be changed.</param>
    /// <param name="generator">The generator for all random numbers, on the same device as the images.</param>
    /// <returns>The changed images, float32 of the same shape, in [0, 1].</returns>
    /// <remarks>
    /// In a training, the method must not wait for another thread that trains or loads a custom network. Such threads wait for the end of
    /// the current step.
    /// </remarks>
    Tensor Apply(Tensor images, Generator generator);

    /// <summary>
    /// Changes only the images at first, first + step, first + 2 step and so on. Each gets the same change as in <see cref="Apply"/> for
    /// all images. Ranks that train together use this to change only their own images. The default implementation changes all images and
    /// returns the selected ones.
    /// </summary>
    /// <param name="images">All images of the batch, float32 [N, C, H, W] in [0, 1], which must not be changed.</param>
    /// <param name="generator">The generator for all random numbers. Draw as many numbers as for all images.</param>
    /// <param name="first">The index of the first image to change, 0 or more. If it is N or more, no image is changed.</param>
    /// <param name="step">The distance between the images to change, 1 or more.</param>
    /// <returns>The changed images, float32 [M, C, H, W], in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="first"/> is negative, or <paramref name="step"/> is less than 1.
    /// </exception>
    Tensor ApplyToPart(Tensor images, Generator generator, int first, int step) =>
        BatchPart.Checked(first, step).Of(Apply(images, generator));
}

/// <summary>
/// Selects the examples at First, First + Step, First + 2 Step and so on. Every rank thus gets its share of originals and of copies, which
/// are slower to compute.
/// </summary>
internal readonly record struct BatchPart(int First, int Step)
{
    /// <summary>Creates a part from the arguments of a caller.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="first"/> is negative, or <paramref name="step"/> is less than 1.
    /// </exception>
    public static BatchPart Checked(int first, int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return new BatchPart(first, step);
    }

    public Tensor Of(Tensor batch) =>
        (First, Step) == (0, 1) ? batch : batch.slice(0, Math.Min(First, batch.shape[0]), batch.shape[0], Step);

    /// <summary>Returns the part that selects the same examples from a batch whose first examples were removed.</summary>
    /// <param name="examples">The number of removed examples.</param>
    public BatchPart After(int examples) =>
        this with { First = First >= examples ? First - examples : (Step - (examples - First) % Step) % Step };
}
