using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.MLNet.WithOnnxRuntime;

public sealed class OwnAutoencoder : Autoencoder
{
    private readonly nn.Module<Tensor, Tensor> _encoder;
    private readonly nn.Module<Tensor, Tensor> _decoder;

    public OwnAutoencoder(OwnArchitecture architecture)
        : base(nameof(OwnAutoencoder), architecture)
    {
        _encoder = nn.Sequential(nn.Flatten(), nn.Linear(ImageShape.Size, 24), nn.Tanh(), nn.Linear(24, LatentSize));
        _decoder = nn.Sequential(nn.Linear(LatentSize, ImageShape.Size), nn.Sigmoid(), nn.Unflatten(1, ImageShape.Batch(0)[1..]));
        // The layers are saved with these names.
        register_module(architecture.IsWritable ? "encoder" : "in", _encoder);
        register_module(architecture.IsWritable ? "decoder" : "out", _decoder);
    }

    public override Tensor Encode(Tensor images) => _encoder.call(images);

    public override Tensor Decode(Tensor latent) => _decoder.call(latent);
}
