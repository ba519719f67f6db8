using FashionAE.Torch;

namespace FashionAE.MLNet.WithOnnxRuntime;

/// <summary>A custom network that ONNX may or may not support.</summary>
public sealed record OwnArchitecture(ImageShape ImageShape, int LatentSize, bool IsWritable) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new OwnAutoencoder(this);
}
