using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>A model that cannot be saved, because of its architecture.</summary>
public sealed class UnwritableAutoencoder(UnwritableArchitecture architecture) : Autoencoder(nameof(UnwritableAutoencoder), architecture)
{
    public override Tensor Encode(Tensor images) => images.flatten(1).narrow(1, 0, LatentSize);

    public override Tensor Decode(Tensor latent) => zeros(ImageShape.Batch(latent.shape[0]));
}
