using FashionAE.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A user's own autoencoder, which keeps count of what is asked of it while it scores.</summary>
public sealed class CountingAutoencoder : Autoencoder
{
    private readonly Linear _down;
    private readonly Linear _up;

    public CountingAutoencoder(CountingArchitecture architecture)
        : base(nameof(CountingAutoencoder), architecture)
    {
        _down = nn.Linear(ImageShape.Size, LatentSize);
        _up = nn.Linear(LatentSize, ImageShape.Size);
        register_module("down", _down);
        register_module("up", _up);
    }

    /// <summary>The sizes of the batches that were encoded since this was last cleared, by all instances.</summary>
    public static List<long> Encoded { get; } = [];

    public static List<long> Decoded { get; } = [];

    public override Tensor Encode(Tensor images)
    {
        if (!training)
            Encoded.Add(images.shape[0]);
        return _down.call(images.flatten(1));
    }

    public override Tensor Decode(Tensor latent)
    {
        if (!training)
            Decoded.Add(latent.shape[0]);
        return nn.functional.sigmoid(_up.call(latent)).reshape(ImageShape.Batch(latent.shape[0]));
    }
}
