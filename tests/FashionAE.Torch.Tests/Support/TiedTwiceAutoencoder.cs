using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>A network with a layer that has two names, and a parameter outside layers.</summary>
public sealed class TiedTwiceAutoencoder : Autoencoder
{
    private readonly Linear _linear;
    private readonly Parameter _bias;

    public TiedTwiceAutoencoder(TiedTwiceArchitecture architecture)
        : base(nameof(TiedTwiceAutoencoder), architecture)
    {
        _linear = nn.Linear(ImageShape.Size, LatentSize);
        _bias = new Parameter(zeros(ImageShape.Size));
        register_module("encoder", _linear);
        register_module("decoder", _linear);
        register_parameter("bias", _bias);
    }

    public override Tensor Encode(Tensor images) => _linear.call(images.flatten(1));

    public override Tensor Decode(Tensor latent) =>
        (latent.matmul(_linear.weight) + _bias).sigmoid().reshape(ImageShape.Batch(latent.shape[0]));
}
