using FashionAE.Torch;

namespace BringYourOwnModule;

/// <summary>What a <see cref="TiedAutoencoder"/> is built from; a model file holds it as JSON.</summary>
public sealed record TiedArchitecture(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new TiedAutoencoder(this);
}
