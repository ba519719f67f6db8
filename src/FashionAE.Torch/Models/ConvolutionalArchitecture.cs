using FashionAE.Torch.Data;

namespace FashionAE.Torch.Models;

/// <summary>Describes a <see cref="ConvolutionalAutoencoder"/>.</summary>
/// <param name="ImageShape">The shape of the images.</param>
/// <param name="LatentSize">The length of the latent vector, 1 or more.</param>
public sealed record ConvolutionalArchitecture(ImageShape ImageShape, int LatentSize = 2)
    : AutoencoderArchitecture(ImageShape, LatentSize)
{
    /// <summary>Gets the output channels of the encoder's convolutions, each of which halves height and width; 32, 64, 128 unless set.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [32, 64, 128];

    /// <inheritdoc/>
    public override Autoencoder Build() => new ConvolutionalAutoencoder(this);
}
