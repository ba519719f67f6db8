using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A dense autoencoder for images: linear layers with batch normalization and ReLU between them. Dropout follows the first layers of the
/// encoder. The latent vector has no activation, and the output has a sigmoid. With the default architecture and 1x28x28 images it has
/// 1,159,242 parameters.
/// </summary>
public sealed class DenseAutoencoder : Autoencoder
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    /// <summary>
    /// Initializes a new instance of the <see cref="DenseAutoencoder"/> class with weights from torch's default generator.
    /// </summary>
    /// <param name="architecture">The sizes and the dropout of the network.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or a dropout probability is not in [0, 1).</exception>
    public DenseAutoencoder(DenseArchitecture architecture)
        : this(architecture, new InitialWeights())
    {
    }

    internal DenseAutoencoder(DenseArchitecture architecture, InitialWeights weights)
        : base(nameof(DenseAutoencoder), architecture)
    {
        var parts = architecture.Parts;
        (_encoder, _decoder) = (parts.Encoder.Build(weights), parts.Decoder.Build(weights));
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
    }

    /// <inheritdoc/>
    public override Tensor Encode(Tensor images) => _encoder.call(images);

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latent) => _decoder.call(latent);
}

/// <summary>Describes a <see cref="DenseAutoencoder"/>.</summary>
/// <param name="ImageShape">The shape of the images.</param>
/// <param name="LatentSize">The length of the latent vector, 1 or more.</param>
public sealed record DenseArchitecture(ImageShape ImageShape, int LatentSize = 2)
    : AutoencoderArchitecture(ImageShape, LatentSize)
{
    /// <summary>Gets the shape of the images.</summary>
    [JsonPropertyOrder(-2)]
    public ImageShape ImageShape { get => InputShape.Image!.Value; init => InputShape = value; }

    /// <summary>
    /// Gets the sizes of the encoder's hidden layers. The decoder uses them in reverse. The default is 512, 256, 128, 64, 32, 16, 8, 4.
    /// A <see cref="AutoencoderArchitecture.LatentSize"/> above the last size is of little use, because every value passes through that
    /// layer.
    /// </summary>
    public IReadOnlyList<int> HiddenSizes { get; init => field = ValueList<int>.Of(value); } =
        new ValueList<int>([512, 256, 128, 64, 32, 16, 8, 4]);

    /// <summary>
    /// Gets the dropout probabilities after the encoder's first hidden layers, each in [0, 1). Values beyond the number of layers are
    /// ignored. The default is 0.2, 0.2, 0.1.
    /// </summary>
    public IReadOnlyList<double> Dropout { get; init => field = ValueList<double>.Of(value); } = new ValueList<double>([0.2, 0.2, 0.1]);

    /// <inheritdoc/>
    public override Autoencoder Build() => new DenseAutoencoder(this);

    internal override Autoencoder Build(InitialWeights weights) => new DenseAutoencoder(this, weights);

    internal override int BestBatchSize => 512;

    internal override NetworkParts Parts
    {
        get
        {
            var layers = new LinearLayers(ImageShape.IsPositive ? ImageShape.Size : 0, LatentSize, HiddenSizes, Dropout);
            if (layers.Problem is { } problem)
                throw Refused(this, problem);
            var (encoder, decoder) = layers.Make((inputs, outputs) =>
                [NetworkLayer.Linear(inputs, outputs), NetworkLayer.Normalization(outputs), NetworkLayer.Relu]);
            return new NetworkParts(
                nameof(DenseAutoencoder), [NetworkLayer.Flatten, .. encoder],
                [.. decoder, NetworkLayer.Sigmoid, NetworkLayer.Unflatten(ImageShape)]);
        }
    }
}
