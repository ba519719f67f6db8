using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Adds normally distributed noise to every pixel, and clamps the result to [0, 1].</summary>
/// <param name="StandardDeviation">The standard deviation of the noise before clamping, 0 or more, in the unit of pixels in [0, 1].</param>
public sealed record GaussianNoise(double StandardDeviation = 0.25) : IAugmentation
{
    /// <summary>Gets the standard deviation of the noise before clamping, in the unit of pixels in [0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or NaN.</exception>
    public double StandardDeviation { get; } = StandardDeviation >= 0 && double.IsFinite(StandardDeviation)
        ? StandardDeviation
        : throw new ArgumentOutOfRangeException(
            nameof(StandardDeviation), StandardDeviation, "The standard deviation of the noise must be 0 or more.");

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Generator generator) => ApplyToPart(images, generator, 0, 1);

    /// <inheritdoc/>
    public Tensor ApplyToPart(Tensor images, Generator generator, int first, int step)
    {
        ArgumentNullException.ThrowIfNull(images);
        var part = BatchPart.Checked(first, step);
        var noise = part.Of(randn(images.shape, device: images.device, generator: generator));
        return noise.Times_(StandardDeviation).Plus_(part.Of(images)).Clamp_(0, 1);
    }
}
