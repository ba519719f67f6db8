using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>A network whose only part is named "module".</summary>
public sealed class ModuleNamedAutoencoder : Autoencoder
{
    private readonly Linear _linear;

    public ModuleNamedAutoencoder(ModuleNamedArchitecture architecture)
        : base(nameof(ModuleNamedAutoencoder), architecture)
    {
        _linear = nn.Linear(ImageShape.Size, LatentSize);
        register_module("module", _linear);
    }

    public override Tensor Encode(Tensor images) => _linear.call(images.flatten(1));

    public override Tensor Decode(Tensor latent) => latent.matmul(_linear.weight).sigmoid().reshape(ImageShape.Batch(latent.shape[0]));
}
