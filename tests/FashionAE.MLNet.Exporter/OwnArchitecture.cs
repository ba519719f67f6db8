using FashionAE.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Exporter;

internal sealed record OwnArchitecture(ImageShape ImageShape, int LatentSize = 2) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new Network(this);

    private sealed class Network : Autoencoder
    {
        private readonly Sequential _encoder;
        private readonly Sequential _decoder;

        public Network(OwnArchitecture architecture)
            : base(nameof(OwnArchitecture), architecture)
        {
            _encoder = nn.Sequential(nn.Flatten(), nn.Linear(ImageShape.Size, LatentSize));
            _decoder = nn.Sequential(
                nn.Linear(LatentSize, ImageShape.Size), nn.Unflatten(1, [ImageShape.Channels, ImageShape.Height, ImageShape.Width]));
            register_module("encoder", _encoder);
            register_module("decoder", _decoder);
        }

        public override Tensor Encode(Tensor images) => _encoder.call(images);

        public override Tensor Decode(Tensor latent) => _decoder.call(latent);
    }
}
