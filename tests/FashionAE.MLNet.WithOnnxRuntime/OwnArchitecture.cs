using FashionAE.Torch;

namespace FashionAE.MLNet.WithOnnxRuntime;

/// <summary>A network of the program's own, which ONNX can express or not.</summary>
public sealed record OwnArchitecture(ImageShape ImageShape, int LatentSize, bool IsWritable) : AutoencoderArchitecture(ImageShape, LatentSize)
{
    public override Autoencoder Build() => new OwnAutoencoder(this);
}
