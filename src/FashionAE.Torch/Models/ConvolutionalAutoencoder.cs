using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A convolutional autoencoder for images. The encoder has 3x3 convolutions with stride 2 and ReLU, and a linear layer to the latent
/// vector. The decoder mirrors it with transposed convolutions, and ends with a sigmoid. With the default architecture and 1x28x28 images
/// it has 195,459 parameters.
/// </summary>
public sealed class ConvolutionalAutoencoder : Autoencoder
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    /// <summary>
    /// Initializes a new instance of the <see cref="ConvolutionalAutoencoder"/> class with weights from torch's default generator.
    /// </summary>
    /// <param name="architecture">The sizes of the network.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or there is no convolution.</exception>
    public ConvolutionalAutoencoder(ConvolutionalArchitecture architecture)
        : this(architecture, new InitialWeights())
    {
    }

    internal ConvolutionalAutoencoder(ConvolutionalArchitecture architecture, InitialWeights weights)
        : base(nameof(ConvolutionalAutoencoder), architecture)
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

/// <summary>Describes a <see cref="ConvolutionalAutoencoder"/>.</summary>
/// <param name="ImageShape">The shape of the images.</param>
/// <param name="LatentSize">The length of the latent vector, 1 or more.</param>
public sealed record ConvolutionalArchitecture(ImageShape ImageShape, int LatentSize = 2)
    : AutoencoderArchitecture(ImageShape, LatentSize)
{
    /// <summary>Gets the shape of the images.</summary>
    [JsonPropertyOrder(-2)]
    public ImageShape ImageShape { get => InputShape.Image!.Value; init => InputShape = value; }

    /// <summary>
    /// Gets the numbers of output channels of the encoder's convolutions, each of which halves height and width. The default is 32, 64,
    /// 128.
    /// </summary>
    public IReadOnlyList<int> Channels { get; init => field = ValueList<int>.Of(value); } = new ValueList<int>([32, 64, 128]);

    /// <inheritdoc/>
    public override Autoencoder Build() => new ConvolutionalAutoencoder(this);

    internal override Autoencoder Build(InitialWeights weights) => new ConvolutionalAutoencoder(this, weights);

    internal override NetworkParts Parts
    {
        get
        {
            if (!ImageShape.IsPositive || LatentSize < 1 || Channels is not { Count: > 0 } || Channels.Any(count => count < 1))
                throw Refused(this, "Every size must be 1 or more.");
            if (Channels.Count > NetworkPart.MostLayers)
                throw Refused(this, $"There can be at most {NetworkPart.MostLayers} hidden layers.");
            // The shapes before each convolution and after the last. With stride 2, odd sizes are rounded up.
            var shapes = new List<ImageShape> { ImageShape };
            foreach (var count in Channels)
                shapes.Add(new ImageShape(count, (shapes[^1].Height + 1) / 2, (shapes[^1].Width + 1) / 2));

            var (encoder, decoder) = (new List<NetworkLayer>(), new List<NetworkLayer>());
            for (var i = 1; i < shapes.Count; i++)
                encoder.AddRange([NetworkLayer.Down(shapes[i - 1].Channels, shapes[i].Channels), NetworkLayer.Relu]);
            encoder.AddRange([NetworkLayer.Flatten, NetworkLayer.Linear(shapes[^1].Size, LatentSize)]);
            decoder.AddRange([NetworkLayer.Linear(LatentSize, shapes[^1].Size), NetworkLayer.Unflatten(shapes[^1])]);
            for (var i = shapes.Count - 1; i > 0; i--)
                decoder.AddRange([
                    NetworkLayer.Up(shapes[i].Channels, shapes[i - 1]), i > 1 ? NetworkLayer.Relu : NetworkLayer.Sigmoid]);
            return new NetworkParts(nameof(ConvolutionalAutoencoder), encoder, decoder);
        }
    }
}
