using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>A custom autoencoder.</summary>
public sealed class LinearAutoencoder : Autoencoder
{
    private readonly Linear _down;
    private readonly Linear _up;
    private readonly bool _squash;

    public LinearAutoencoder(LinearArchitecture architecture)
        : base(nameof(LinearAutoencoder), architecture)
    {
        _squash = architecture.Squash;
        _down = nn.Linear(ImageShape.Size, LatentSize);
        _up = nn.Linear(LatentSize, ImageShape.Size);
        register_module("down", _down);
        register_module("up", _up);
    }

    public override Tensor Encode(Tensor images) => _down.call(images.flatten(1));

    public override Tensor Decode(Tensor latent)
    {
        var values = _up.call(latent);
        var pixels = _squash ? nn.functional.sigmoid(values) : values.clamp(0, 1);
        return pixels.reshape(ImageShape.Batch(latent.shape[0]));
    }
}
