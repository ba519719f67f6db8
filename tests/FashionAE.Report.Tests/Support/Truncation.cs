using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Support;

/// <summary>A trivial autoencoder: the code has the first values of the input, and all others are decoded as 0.</summary>
public sealed record TruncationArchitecture(InputShape InputShape, int LatentSize) : AutoencoderArchitecture(InputShape, LatentSize)
{
    public override Autoencoder Build() => new Truncation(this);
}

public sealed class Truncation : Autoencoder
{
    private readonly Parameter _unused = new(zeros(1));

    public Truncation(TruncationArchitecture architecture)
        : base(nameof(Truncation), architecture) => register_parameter("unused", _unused);

    /// <summary>Creates a transformer with this autoencoder.</summary>
    public static AutoencoderTransformer Of(MLContext ml, IDataView view, InputShape shape, int latentSize, string input = "Features") =>
        ml.Transforms.EncodeWithAutoencoder("Code", input, new AutoencoderOptions
        {
            Architecture = new TruncationArchitecture(shape, latentSize),
            Epochs = 1,
        }).Fit(view);

    public override Tensor Encode(Tensor images) => images.flatten(1).narrow(1, 0, LatentSize) + 0 * _unused;

    public override Tensor Decode(Tensor latent) => nn.functional
        .pad(latent + 0 * _unused, [0, InputShape.Size - LatentSize]).reshape(InputShape.Batch(latent.shape[0]));
}
