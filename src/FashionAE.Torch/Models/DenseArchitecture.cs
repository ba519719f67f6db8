using FashionAE.Torch.Data;

namespace FashionAE.Torch.Models;

/// <summary>Describes a <see cref="DenseAutoencoder"/>.</summary>
/// <param name="ImageShape">The shape of the images.</param>
/// <param name="LatentSize">The length of the latent vector, 1 or more.</param>
public sealed record DenseArchitecture(ImageShape ImageShape, int LatentSize = 2)
    : AutoencoderArchitecture(ImageShape, LatentSize)
{
    /// <summary>Gets the sizes of the encoder's hidden layers; the decoder has them in reverse. 512, 256, 128, 64, 32, 16, 8, 4 unless set.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [512, 256, 128, 64, 32, 16, 8, 4];

    /// <summary>
    /// Gets the dropout probabilities after the encoder's first hidden layers, each in [0, 1); 0.2, 0.2, 0.1 unless set. Those beyond the
    /// last hidden layer are not used.
    /// </summary>
    public IReadOnlyList<double> Dropout { get; init; } = [0.2, 0.2, 0.1];

    /// <inheritdoc/>
    public override Autoencoder Build() => new DenseAutoencoder(this);
}
