using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Changes a batch of images at random, to train on more than there is. Implementations are records, whose text describes them.</summary>
public interface IAugmentation
{
    /// <summary>Makes a changed copy of each image.</summary>
    /// <param name="images">The images, float32 [N, C, H, W] in [0, 1]; they are left as they are.</param>
    /// <param name="generator">The generator that all randomness comes from; on the same device as the images.</param>
    /// <returns>The changed images, float32 of the same shape, in [0, 1].</returns>
    Tensor Apply(Tensor images, Generator generator);
}
