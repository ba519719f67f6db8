using FashionAE.Torch;

namespace FashionAE.MLNet.Tests.Support;

public sealed record RecordingArchitecture(ImageShape ImageShape, int LatentSize = 2) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new RecordingAutoencoder(this);
}
