using FashionAE.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A custom autoencoder that counts its calls during scoring.</summary>
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

    /// <summary>Gets the sizes of the batches encoded since this list was last cleared.</summary>
    public List<long> Encoded { get; } = [];

    public List<long> Decoded { get; } = [];

    public static CountingAutoencoder Of(AutoencoderTransformer transformer) => (CountingAutoencoder)transformer.Model;

    public void Forget()
    {
        Encoded.Clear();
        Decoded.Clear();
    }

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
