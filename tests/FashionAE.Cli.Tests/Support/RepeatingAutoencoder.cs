using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Its code is the image itself, and a function says what is decoded from it.</summary>
internal sealed class RepeatingAutoencoder : Autoencoder
{
    private readonly Func<Tensor, Tensor> _decode;
    private readonly TorchSharp.Modules.Parameter _parameter = nn.Parameter(zeros(1)); // says on which device it is

    public RepeatingAutoencoder(Func<Tensor, Tensor> decode)
        : base("repeating", new DenseArchitecture(FashionMnist.Shape, FashionMnist.Shape.Size))
    {
        _decode = decode;
        RegisterComponents();
    }

    public override Tensor Encode(Tensor images) => images.flatten(1);

    public override Tensor Decode(Tensor latent) => _decode(latent).reshape(ImageShape.Batch(latent.shape[0]));
}
