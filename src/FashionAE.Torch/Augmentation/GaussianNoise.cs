using FashionAE.Torch.Native;
using static TorchSharp.torch;

namespace FashionAE.Torch.Augmentation;

/// <summary>Adds noise of a normal distribution to every pixel and clamps to [0, 1].</summary>
/// <param name="Factor">The standard deviation of the noise before clamping, 0 or more; pixels are in [0, 1].</param>
public sealed record GaussianNoise(double Factor = 0.25) : IAugmentation
{
    /// <summary>Gets the standard deviation of the noise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or no number.</exception>
    public double Factor { get; } = Factor >= 0 && double.IsFinite(Factor)
        ? Factor
        : throw new ArgumentOutOfRangeException(nameof(Factor), Factor, "The standard deviation of the noise must be 0 or more.");

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(images);
        return randn(images.shape, device: images.device, generator: generator).Times_(Factor).Plus_(images).Clamp_(0, 1);
    }
}
