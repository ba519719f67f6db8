using FashionAE.Torch.Data;
using FashionAE.Torch.Models;

namespace FashionAE.MLNet.Tests.Support;

public sealed record CountingArchitecture(ImageShape ImageShape, int LatentSize = 2) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new CountingAutoencoder(this);
}
