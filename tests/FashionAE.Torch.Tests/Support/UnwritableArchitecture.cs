namespace FashionAE.Torch.Tests.Support;

/// <summary>A description that fails while it is written.</summary>
public sealed record UnwritableArchitecture(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public string Note => LatentSize > 0 ? throw new NotSupportedException("This description cannot be written.") : "";

    public override Autoencoder Build() => new UnwritableAutoencoder(this);
}
