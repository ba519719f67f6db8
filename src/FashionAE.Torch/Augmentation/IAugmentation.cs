using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Changes images at random, to train on more than there is. Implementations are records, whose text describes them.</summary>
public interface IAugmentation
{
    /// <summary>How many changed copies of an image may be asked for: no epoch learns better from more.</summary>
    internal const int MostCopies = 10_000;

    /// <summary>
    /// Makes a changed copy of each image. In a training it must not wait for another thread that trains, or that loads a network of your
    /// own: they take turns with the step that it is part of.
    /// </summary>
    /// <param name="images">The images, float32 [N, C, H, W] in [0, 1]; they are left as they are.</param>
    /// <param name="generator">The generator that all randomness comes from; on the same device as the images.</param>
    /// <returns>The changed images, float32 of the same shape, in [0, 1].</returns>
    Tensor Apply(Tensor images, Generator generator);

    /// <summary>
    /// Changes only the images first, first + step, first + 2 step and so on, each as <see cref="Apply"/> changes it among all: what ranks
    /// that train together do, each on its own. Unless implemented, all are changed for it.
    /// </summary>
    /// <param name="images">All images of the batch, float32 [N, C, H, W] in [0, 1]; they are left as they are.</param>
    /// <param name="generator">The generator that all randomness comes from; as much is drawn as for all images.</param>
    /// <param name="first">The place of the first image to change, 0 or more; N or more for none.</param>
    /// <param name="step">How far they are apart, 1 or more.</param>
    /// <returns>The changed images, float32 [M, C, H, W], in [0, 1].</returns>
    Tensor ApplyToPart(Tensor images, Generator generator, int first, int step) => new BatchPart(first, step).Of(Apply(images, generator));
}

/// <summary>The examples First, First + Step, First + 2 Step and so on: every rank has its share of originals and slower copies.</summary>
internal readonly record struct BatchPart(int First, int Step)
{
    public Tensor Of(Tensor batch) => Step == 1 ? batch : batch.slice(0, Math.Min(First, batch.shape[0]), batch.shape[0], Step);

    /// <summary>The same examples, as places in what is left of the batch after so many.</summary>
    public BatchPart After(int examples) =>
        this with { First = First >= examples ? First - examples : (Step - (examples - First) % Step) % Step };
}
