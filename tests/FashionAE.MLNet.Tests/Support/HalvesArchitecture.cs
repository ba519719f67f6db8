using FashionAE.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A custom network with custom operations that can be exported.</summary>
public sealed record HalvesArchitecture(ImageShape ImageShape, int LatentSize = 2) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    /// <summary>Gets the axis of a softmax in the encoder; null for no softmax.</summary>
    public long? SoftmaxAxis { get; init; }

    public override Autoencoder Build() => new HalvesAutoencoder(this);

    private sealed class HalvesAutoencoder : Autoencoder
    {
        private readonly Sequential _encoder;
        private readonly Sequential _decoder;

        public HalvesAutoencoder(HalvesArchitecture architecture)
            : base(nameof(HalvesAutoencoder), architecture)
        {
            nn.Module<Tensor, Tensor> last = architecture.SoftmaxAxis is { } axis ? nn.Softmax(axis) : nn.GELU();
            _encoder = nn.Sequential(nn.Linear(ImageShape.Size, LatentSize), last);
            _decoder = nn.Sequential(nn.Linear(LatentSize, ImageShape.Size), nn.Sigmoid());
            register_module("encoder", _encoder);
            register_module("decoder", _decoder);
        }

        public override Tensor Encode(Tensor images) => _encoder.call(images.flatten(1) - 0.5);

        public override Tensor Decode(Tensor latent) => _decoder.call(latent).reshape(ImageShape.Batch(latent.shape[0]));

        protected internal override OnnxValue WriteEncoder(OnnxGraph graph, OnnxValue images)
        {
            using var half = tensor(0.5f);
            return graph.Apply(_encoder, graph.Add("Sub", [graph.Add("Flatten", [images]), graph.Constant(half)]), "encoder");
        }

        protected internal override OnnxValue WriteDecoder(OnnxGraph graph, OnnxValue latent) =>
            graph.Reshape(graph.Apply(_decoder, latent, "decoder"), 0, ImageShape.Channels, ImageShape.Height, ImageShape.Width);
    }
}
