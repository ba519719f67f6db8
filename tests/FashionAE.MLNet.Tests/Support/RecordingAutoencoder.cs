using FashionAE.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Records the sum of each image.</summary>
public sealed class RecordingAutoencoder : Autoencoder
{
    private readonly Linear _down;
    private readonly Linear _up;

    public RecordingAutoencoder(RecordingArchitecture architecture)
        : base(nameof(RecordingAutoencoder), architecture)
    {
        _down = nn.Linear(ImageShape.Size, LatentSize);
        _up = nn.Linear(LatentSize, ImageShape.Size);
        register_module("down", _down);
        register_module("up", _up);
    }

    /// <summary>Gets the sums of images in training.</summary>
    public List<double> Sums { get; } = [];

    /// <summary>Gets the sums of images in evaluation.</summary>
    public List<double> EvaluationSums { get; } = [];

    public static RecordingAutoencoder Of(AutoencoderTransformer transformer) => (RecordingAutoencoder)transformer.Model;

    public override Tensor Encode(Tensor images)
    {
        var sums = images.flatten(1).sum([1], type: ScalarType.Float64).data<double>().ToArray();
        (training ? Sums : EvaluationSums).AddRange(sums);
        return _down.call(images.flatten(1));
    }

    public override Tensor Decode(Tensor latent) => nn.functional.sigmoid(_up.call(latent)).reshape(ImageShape.Batch(latent.shape[0]));
}
