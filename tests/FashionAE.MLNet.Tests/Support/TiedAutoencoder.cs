using FashionAE.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>
/// A custom autoencoder that can be exported as ONNX. Its decoder uses the weights of its encoder, and in evaluation mode it modifies its
/// input images.
/// </summary>
public sealed class TiedAutoencoder : Autoencoder
{
    private readonly Linear _encoder;

    public TiedAutoencoder(TiedArchitecture architecture)
        : base(nameof(TiedAutoencoder), architecture)
    {
        _encoder = nn.Linear(ImageShape.Size, LatentSize);
        register_module("encoder", _encoder);
    }

    public override Tensor Encode(Tensor images) => _encoder.call((training ? images * 2 : images.mul_(2)).flatten(1));

    public override Tensor Decode(Tensor latent) => latent.matmul(_encoder.weight!).sigmoid().reshape(ImageShape.Batch(latent.shape[0]));

    protected internal override OnnxValue WriteEncoder(OnnxGraph graph, OnnxValue images)
    {
        using var two = tensor(2f);
        var doubled = graph.Add("Mul", [images, graph.Constant(two)]);
        return graph.Apply(_encoder, graph.Reshape(doubled, 0, ImageShape.Size), "encoder");
    }

    protected internal override OnnxValue WriteDecoder(OnnxGraph graph, OnnxValue latent)
    {
        var pixels = graph.Add("Sigmoid", [graph.Add("MatMul", [latent, graph.Constant(_encoder.weight!)])]);
        return graph.Reshape(pixels, 0, ImageShape.Channels, ImageShape.Height, ImageShape.Width);
    }
}
