using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Linear layers with batch normalization and ReLU between them, dropout after the encoder's first ones, nothing on the latent
/// vector, and a sigmoid at the end. With the default architecture and 1x28x28 images it has 1,159,242 parameters.
/// </summary>
public sealed class DenseAutoencoder : Autoencoder
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    /// <summary>Initializes a new instance of the <see cref="DenseAutoencoder"/> class with weights of torch's default generator.</summary>
    /// <param name="architecture">The sizes and the dropout of the network.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or a dropout probability is not in [0, 1).</exception>
    public DenseAutoencoder(DenseArchitecture architecture)
        : this(architecture, new InitialWeights())
    {
    }

    internal DenseAutoencoder(DenseArchitecture architecture, InitialWeights weights)
        : base(nameof(DenseAutoencoder), architecture)
    {
        var (image, hidden, dropout) = (architecture.ImageShape, architecture.HiddenSizes, architecture.Dropout);
        if (!image.IsPositive || architecture.LatentSize < 1 || hidden is null || hidden.Any(n => n < 1))
            throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "Every size must be 1 or more.");
        if (dropout is null || dropout.Any(p => p is not (>= 0 and < 1)))
            throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "Dropout probabilities must be in [0, 1).");

        var encoder = new List<nn.Module<Tensor, Tensor>> { nn.Flatten() };
        var size = image.Size;
        for (var i = 0; i < hidden.Count; i++)
        {
            encoder.AddRange([weights.Linear(size, hidden[i]), new BatchNormalization(hidden[i]), nn.ReLU()]);
            if (i < dropout.Count)
                encoder.Add(new SeededDropout(dropout[i]));
            size = hidden[i];
        }
        encoder.Add(weights.Linear(size, architecture.LatentSize));

        var decoder = new List<nn.Module<Tensor, Tensor>>();
        size = architecture.LatentSize;
        foreach (var next in hidden.Reverse())
        {
            decoder.AddRange([weights.Linear(size, next), new BatchNormalization(next), nn.ReLU()]);
            size = next;
        }
        decoder.AddRange([weights.Linear(size, image.Size), nn.Sigmoid(), nn.Unflatten(1, [image.Channels, image.Height, image.Width])]);

        _encoder = nn.Sequential(encoder);
        _decoder = nn.Sequential(decoder);
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
    }

    /// <inheritdoc/>
    public override Tensor Encode(Tensor images) => _encoder.call(images);

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latent) => _decoder.call(latent);

    /// <summary>TorchSharp's BatchNorm1d, which counts its batches by numbers that stay alive; see <see cref="HeldScalars"/>.</summary>
    private sealed class BatchNormalization(int features) : BatchNorm(features, 1e-5, 0.1, true, true, null, null, nameof(BatchNorm1d))
    {
        public override Tensor forward(Tensor input)
        {
            if (training)
                num_batches_tracked!.Increment_();
            return nn.functional.batch_norm(input, running_mean, running_var, weight, bias, training, momentum!.Value, eps);
        }

        protected override void ValidateInputDimensions(Tensor input)
        {
        }
    }
}

/// <summary>Describes a <see cref="DenseAutoencoder"/>.</summary>
/// <param name="ImageShape">The shape of the images.</param>
/// <param name="LatentSize">The length of the latent vector, 1 or more.</param>
public sealed record DenseArchitecture(ImageShape ImageShape, int LatentSize = 2)
    : AutoencoderArchitecture(ImageShape, LatentSize)
{
    /// <summary>Gets the encoder's hidden sizes; the decoder has them in reverse. 512, 256, 128, 64, 32, 16, 8, 4 unless set.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init => field = ValueList<int>.Of(value); } =
        new ValueList<int>([512, 256, 128, 64, 32, 16, 8, 4]);

    /// <summary>Gets the dropout after the first hidden layers, in [0, 1); 0.2, 0.2, 0.1 unless set. Further ones are not used.</summary>
    public IReadOnlyList<double> Dropout { get; init => field = ValueList<double>.Of(value); } = new ValueList<double>([0.2, 0.2, 0.1]);

    /// <inheritdoc/>
    public override Autoencoder Build() => new DenseAutoencoder(this);

    internal override Autoencoder Build(InitialWeights weights) => new DenseAutoencoder(this, weights);

    internal override int BestBatchSize => 1024;

    internal override (long Tensors, double Numbers)? StateSize
    {
        get
        {
            if (HiddenSizes is not { } hidden || Dropout is null)
                return null;
            int[] sizes = [ImageShape.Size, .. hidden, LatentSize];
            // Both ways, a weight and a bias between two sizes, and four numbers for each output of a hidden layer.
            var linear = sizes.Zip(sizes.Skip(1), (inputs, outputs) => 2.0 * inputs * outputs + inputs + outputs).Sum();
            return (4 + 12L * hidden.Count, linear + hidden.Sum(size => 8.0 * size));
        }
    }
}
