namespace FashionAE.Torch.Tests.Support;

/// <summary>Describes a custom autoencoder.</summary>
public sealed record LinearArchitecture(ImageShape ImageShape, int LatentSize, bool Squash = true) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new LinearAutoencoder(this);
}
