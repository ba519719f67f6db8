using FashionAE.Torch;

namespace FashionAE.MLNet.Tests.Support;

public sealed record TiedArchitecture(ImageShape ImageShape, int LatentSize = 2) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new TiedAutoencoder(this);
}
