namespace FashionAE.Torch.Tests.Support;

/// <summary>Describes a network whose only part is named "module", like the part that DataParallel wraps.</summary>
public sealed record ModuleNamedArchitecture(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new ModuleNamedAutoencoder(this);
}
