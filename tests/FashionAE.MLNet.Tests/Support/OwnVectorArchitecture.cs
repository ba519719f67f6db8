using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A custom network for vectors.</summary>
public sealed record OwnVectorArchitecture(int Length, int LatentSize) : AutoencoderArchitecture(InputShape.Vector(Length), LatentSize)
{
    public override Autoencoder Build() => new Network(this);

    private sealed class Network : Autoencoder
    {
        private readonly nn.Module<Tensor, Tensor> _encoder;
        private readonly nn.Module<Tensor, Tensor> _decoder;

        public Network(OwnVectorArchitecture architecture)
            : base("Own", architecture)
        {
            _encoder = nn.Linear(architecture.Length, architecture.LatentSize);
            _decoder = nn.Linear(architecture.LatentSize, architecture.Length);
            register_module("encoder", _encoder);
            register_module("decoder", _decoder);
        }

        public override Tensor Encode(Tensor images) => _encoder.call(images);

        public override Tensor Decode(Tensor latent) => _decoder.call(latent);
    }
}
