using FashionAE.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BringYourOwnModule;

/// <summary>A linear autoencoder with tied weights: the decoder uses the transposed weights of the encoder.</summary>
public sealed class TiedAutoencoder : Autoencoder
{
    private readonly Linear _encoder;
    private readonly Parameter _bias;

    public TiedAutoencoder(TiedArchitecture architecture)
        : base(nameof(TiedAutoencoder), architecture)
    {
        _encoder = nn.Linear(ImageShape.Size, LatentSize);
        _bias = new Parameter(zeros(ImageShape.Size));
        register_module("encoder", _encoder);
        register_parameter("bias", _bias);
    }

    public override Tensor Encode(Tensor images) => _encoder.call(images.flatten(1));

    public override Tensor Decode(Tensor latent) =>
        nn.functional.sigmoid(latent.matmul(_encoder.weight) + _bias).reshape(ImageShape.Batch(latent.shape[0]));

    // These two methods are only needed for ONNX export.
    protected override OnnxValue WriteEncoder(OnnxGraph graph, OnnxValue images) => graph.Apply(_encoder, graph.Reshape(images, 0, ImageShape.Size), "encoder");

    protected override OnnxValue WriteDecoder(OnnxGraph graph, OnnxValue latent)
    {
        var sums = graph.Add("Add", [graph.Add("MatMul", [latent, graph.Constant(_encoder.weight!, "encoder.weight")]), graph.Constant(_bias, "bias")]);
        return graph.Reshape(graph.Add("Sigmoid", [sums]), 0, ImageShape.Channels, ImageShape.Height, ImageShape.Width);
    }
}
