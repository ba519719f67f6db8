namespace FashionAE.Torch.Tests.Support;

/// <summary>Describes a <see cref="TiedTwiceAutoencoder"/>.</summary>
public sealed record TiedTwiceArchitecture(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new TiedTwiceAutoencoder(this);
}
