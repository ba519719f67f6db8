using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>A custom network of torch's layers, including dropout, which draws from torch's default generator.</summary>
public sealed class DroppingAutoencoder : Autoencoder
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    public DroppingAutoencoder(DroppingArchitecture architecture)
        : base(nameof(DroppingAutoencoder), architecture)
    {
        _encoder = nn.Sequential(nn.Flatten(), nn.Linear(ImageShape.Size, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, LatentSize));
        _decoder = nn.Sequential(
            nn.Linear(LatentSize, ImageShape.Size), nn.Sigmoid(), nn.Unflatten(1, [ImageShape.Channels, ImageShape.Height, ImageShape.Width]));
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
    }

    public override Tensor Encode(Tensor images) => _encoder.call(images);

    public override Tensor Decode(Tensor latent) => _decoder.call(latent);
}

/// <summary>Describes a <see cref="DroppingAutoencoder"/>.</summary>
public sealed record DroppingArchitecture(ImageShape ImageShape, int LatentSize = 2) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new DroppingAutoencoder(this);
}
