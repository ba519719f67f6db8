using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests.Support;

/// <summary>An autoencoder whose latent vector is the image. A function decodes it.</summary>
internal sealed class RepeatingAutoencoder : Autoencoder
{
    private readonly Func<Tensor, Tensor> _decode;
    private readonly TorchSharp.Modules.Parameter _parameter = nn.Parameter(zeros(1)); // determines the device of the module

    public RepeatingAutoencoder(Func<Tensor, Tensor> decode)
        : base("repeating", new DenseArchitecture(FashionMnist.Shape, FashionMnist.Shape.Size))
    {
        _decode = decode;
        RegisterComponents();
    }

    public override Tensor Encode(Tensor images) => images.flatten(1);

    public override Tensor Decode(Tensor latent) => _decode(latent).reshape(ImageShape.Batch(latent.shape[0]));
}
