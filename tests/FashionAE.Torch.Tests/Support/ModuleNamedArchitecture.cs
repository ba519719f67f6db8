namespace FashionAE.Torch.Tests.Support;

/// <summary>Describes a network whose only part is called "module", as what DataParallel wraps is.</summary>
public sealed record ModuleNamedArchitecture(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new ModuleNamedAutoencoder(this);
}
