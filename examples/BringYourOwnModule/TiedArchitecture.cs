using FashionAE.Torch;

namespace BringYourOwnModule;

/// <summary>The parameters of a <see cref="TiedAutoencoder"/>. A model file stores them as JSON.</summary>
public sealed record TiedArchitecture(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new TiedAutoencoder(this);
}
