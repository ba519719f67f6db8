using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// An encoder of 3x3 convolutions with stride 2 and ReLU, and a linear layer to the latent vector; a decoder that mirrors it with
/// transposed convolutions and ends in a sigmoid. With the default architecture and 1x28x28 images it has 195,459 parameters.
/// </summary>
public sealed class ConvolutionalAutoencoder : Autoencoder
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    /// <summary>Initializes a <see cref="ConvolutionalAutoencoder"/> with weights of torch's default generator.</summary>
    /// <param name="architecture">The sizes of the network.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or there is no convolution.</exception>
    public ConvolutionalAutoencoder(ConvolutionalArchitecture architecture)
        : this(architecture, new InitialWeights())
    {
    }

    internal ConvolutionalAutoencoder(ConvolutionalArchitecture architecture, InitialWeights weights)
        : base(nameof(ConvolutionalAutoencoder), architecture)
    {
        var (image, channels) = (architecture.ImageShape, architecture.Channels);
        if (!image.IsPositive || architecture.LatentSize < 1 || channels is not { Count: > 0 } || channels.Any(c => c < 1))
            throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "Every size must be 1 or more.");

        // The sizes before each convolution and after the last; a stride of 2 rounds up.
        var sizes = new List<ImageShape> { image };
        foreach (var count in channels)
            sizes.Add(new ImageShape(count, (sizes[^1].Height + 1) / 2, (sizes[^1].Width + 1) / 2));
        var features = sizes[^1].Size;

        var encoder = new List<nn.Module<Tensor, Tensor>>();
        for (var i = 1; i < sizes.Count; i++)
            encoder.AddRange([StridedConvolution.Down(sizes[i - 1].Channels, sizes[i].Channels, weights), nn.ReLU()]);
        encoder.AddRange([nn.Flatten(), weights.Linear(features, architecture.LatentSize)]);

        var decoder = new List<nn.Module<Tensor, Tensor>>
        {
            weights.Linear(architecture.LatentSize, features),
            nn.Unflatten(1, [sizes[^1].Channels, sizes[^1].Height, sizes[^1].Width]),
        };
        for (var i = sizes.Count - 1; i > 0; i--)
        {
            decoder.Add(StridedConvolution.Up(sizes[i].Channels, sizes[i - 1].Channels, sizes[i - 1].Height, sizes[i - 1].Width, weights));
            decoder.Add(i > 1 ? nn.ReLU() : nn.Sigmoid());
        }

        _encoder = nn.Sequential(encoder);
        _decoder = nn.Sequential(decoder);
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
    /// <summary>Gets the output channels of the encoder's convolutions, which halve height and width; 32, 64, 128 unless set.</summary>
    public IReadOnlyList<int> Channels { get; init => field = ValueList<int>.Of(value); } = new ValueList<int>([32, 64, 128]);

    /// <inheritdoc/>
    public override Autoencoder Build() => new ConvolutionalAutoencoder(this);

    internal override Autoencoder Build(InitialWeights weights) => new ConvolutionalAutoencoder(this, weights);

    internal override (long Tensors, double Numbers)? StateSize
    {
        get
        {
            // The decoder has as many weights as the encoder, and a bias for each of the encoder's inputs.
            static double Layer(double inputs, double outputs, int kernel) => 2 * kernel * inputs * outputs + inputs + outputs;
            var (tensors, numbers, channels, height, width) = (4L, 0.0, ImageShape.Channels, ImageShape.Height, ImageShape.Width);
            foreach (var next in Channels ?? [])
            {
                (tensors, numbers) = (tensors + 4, numbers + Layer(channels, next, 9));
                (channels, height, width) = (next, (height + 1) / 2, (width + 1) / 2);
            }
            return (tensors, numbers + Layer((double)channels * height * width, LatentSize, 1));
        }
    }
}
