using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Changes a batch of images at random, to train on more than there is. Implementations are records, whose text describes them.</summary>
public interface IAugmentation
{
    /// <summary>Makes a changed copy of each image.</summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1]; left as it is.</param>
    /// <param name="generator">Where randomness comes from; on the same device as the images.</param>
    /// <returns>float32 of the same shape, in [0, 1].</returns>
    Tensor Apply(Tensor images, Generator generator);
}
