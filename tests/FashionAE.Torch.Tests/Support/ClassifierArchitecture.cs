namespace FashionAE.Torch.Tests.Support;

/// <summary>Describes a <see cref="ClassifierAutoencoder"/>.</summary>
public sealed record ClassifierArchitecture() : AutoencoderArchitecture(new ImageShape(1, 28, 28), 10)
{
    public override Autoencoder Build() => new ClassifierAutoencoder(this);
}
