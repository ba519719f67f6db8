using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Figures.Support;

/// <summary>Counts the tensors that are alive whenever it is called.</summary>
internal sealed class CountingAutoencoder : Autoencoder
{
    private readonly Autoencoder _inner;

    public CountingAutoencoder(AutoencoderArchitecture architecture)
        : base("counting", architecture)
    {
        _inner = architecture.Build();
        RegisterComponents();
    }

    public List<long> Counts { get; } = [];

    public override Tensor Encode(Tensor images) => _inner.Encode(images);

    public override Tensor Decode(Tensor latent)
    {
        Counts.Add(Tensor.TotalCount);
        return _inner.Decode(latent);
    }
}
