using FashionAE.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A custom network whose computation differs from its layers, in a selected way.</summary>
public sealed record OddArchitecture(ImageShape ImageShape, string Oddity, int LatentSize = 2) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new OddAutoencoder(this);

    private sealed class OddAutoencoder : Autoencoder
    {
        private readonly Sequential _encoder;
        private readonly Sequential _decoder;
        private readonly string _oddity;

        public OddAutoencoder(OddArchitecture architecture)
            : base(nameof(OddAutoencoder), architecture)
        {
            _oddity = architecture.Oddity;
            _encoder = nn.Sequential(nn.Flatten(), nn.Linear(ImageShape.Size, LatentSize));
            _decoder = nn.Sequential(nn.Linear(LatentSize, ImageShape.Size), nn.Unflatten(1, [ImageShape.Channels, ImageShape.Height, ImageShape.Width]));
            register_module("encoder", _encoder);
            register_module("decoder", _decoder);
            if (Precision != ScalarType.Float32)
                _ = this.to(Precision);
        }

        private ScalarType Precision => _oddity switch { "half" => ScalarType.BFloat16, "double" => ScalarType.Float64, _ => ScalarType.Float32 };

        public override Tensor Encode(Tensor images) => _encoder.call(images.to(Precision)).to(ScalarType.Float32);

        public override Tensor Decode(Tensor latent) =>
            _decoder.call((_oddity == "only positive latents" ? latent.relu() : latent).to(Precision)).to(ScalarType.Float32);

        protected internal override OnnxValue WriteEncoder(OnnxGraph graph, OnnxValue images) =>
            _oddity == "not implemented" ? throw new NotImplementedException("not yet") : base.WriteEncoder(graph, images);
    }
}
