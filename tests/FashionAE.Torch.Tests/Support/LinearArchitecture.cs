namespace FashionAE.Torch.Tests.Support;

/// <summary>Describes an autoencoder that the library does not know, as a user would.</summary>
public sealed record LinearArchitecture(ImageShape ImageShape, int LatentSize, bool Squash = true) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new LinearAutoencoder(this);
}
