using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Linear layers for vectors of any numbers, such as the rows of a table. It scales every value by what the training data are like,
/// encodes and decodes in that space, and scales back: what goes in and comes out has the units of the data.
/// </summary>
public sealed class VectorAutoencoder : Autoencoder
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;
    private readonly nn.Module<Tensor, Tensor>[] _core;
    private readonly bool _masks;

    /// <summary>
    /// Initializes a new instance of the <see cref="VectorAutoencoder"/> class; weights come from torch's default generator.
    /// </summary>
    /// <param name="architecture">The description of the network, with its length.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not known, or a size or another value is invalid.</exception>
    public VectorAutoencoder(VectorArchitecture architecture)
        : this(architecture, new InitialWeights())
    {
    }

    internal VectorAutoencoder(VectorArchitecture architecture, InitialWeights weights)
        : base(nameof(VectorAutoencoder), architecture)
    {
        var parts = architecture.Parts;
        (_encoder, _decoder) = (parts.Encoder.Build(weights), parts.Decoder.Build(weights));
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
        _masks = architecture.MissingValues == MissingValues.Mask;
        var layers = _encoder.children().Concat(_decoder.children()).Cast<nn.Module<Tensor, Tensor>>();
        _core = [.. layers.Where(layer => layer is not (ScalingLayer or MissingValueFilling))];
        Scaling = _encoder.children().OfType<ScalingLayer>().FirstOrDefault();
        Unscaling = _decoder.children().OfType<ScalingLayer>().FirstOrDefault();
    }

    /// <summary>Gets what scales inputs; null where they are not scaled.</summary>
    internal ScalingLayer? Scaling { get; }

    /// <summary>Gets what scales reconstructions back: the units of the targets, which may be other columns than the inputs.</summary>
    internal ScalingLayer? Unscaling { get; }

    /// <summary>Gets the offsets and scales of the slots of reconstructions; null where they are not scaled.</summary>
    internal (float[] Offset, float[] Scale)? LearnedScaling => Unscaling is { } layer
        ? ([.. StoredTensor.Of(layer.Offset).Floats], [.. StoredTensor.Of(layer.Scale).Floats])
        : null;

    /// <inheritdoc/>
    public override Tensor Encode(Tensor images) => _encoder.call(images);

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latent) => _decoder.call(latent);

    internal override Tensor Scale(Tensor targets) => Filled(Unscaling?.Apply(targets) ?? targets);

    internal override (Tensor Output, Tensor Target) Compare(Tensor input, Tensor target)
    {
        var output = Filled(Scaling?.Apply(input) ?? input);
        foreach (var layer in _core)
            output = layer.call(output);
        var goal = Scale(target);
        // A missing value has no error.
        return (_masks ? where(target.isnan(), goal, output) : output, goal);
    }

    private Tensor Filled(Tensor values) => _masks ? MissingValueFilling.Fill(values) : values;
}

/// <summary>
/// Describes a <see cref="VectorAutoencoder"/>. With the defaults it has two hidden layers on either side of the latent vector and a
/// linear output.
/// </summary>
public sealed record VectorArchitecture : AutoencoderArchitecture
{
    /// <summary>Initializes a new instance of the <see cref="VectorArchitecture"/> class.</summary>
    /// <param name="latentSize">The length of the latent vector, 1 or more.</param>
    /// <param name="length">The length of the vectors, 1 or more; null where an estimator takes it from the column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 1.</exception>
    public VectorArchitecture(int latentSize = 2, int? length = null)
        : base(length is { } known ? InputShape.Vector(known) : InputShape.VectorOfUnknownLength, latentSize)
    {
    }

    /// <summary>Gets the length of the vectors; null where an estimator takes it from the column.</summary>
    [JsonPropertyOrder(-2)]
    public int? Length
    {
        get => InputShape.Size == 0 ? null : InputShape.Size;
        init => InputShape = value is { } known ? InputShape.Vector(known) : InputShape.VectorOfUnknownLength;
    }

    /// <summary>Gets the encoder's hidden sizes, none or more; the decoder has them in reverse. 64 and 32 unless set.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init => field = ValueList<int>.Of(value); } = new ValueList<int>([64, 32]);

    /// <summary>Gets the function after each hidden layer; <see cref="ActivationKind.Silu"/> unless set.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>
    /// Gets the function at the end of the decoder, in the scaled space; <see cref="ActivationKind.None"/> unless set. A
    /// <see cref="ActivationKind.Sigmoid"/> fits values that are scaled to [0, 1], such as counts by <see cref="FeatureScaling.MinMax"/>.
    /// </summary>
    public ActivationKind OutputActivation { get; init; }

    /// <summary>
    /// Gets a value indicating whether the sums of each hidden layer are normalized by the batch before the function; false unless set. It
    /// takes twice the time, and batches of a few rows disturb it.
    /// </summary>
    public bool BatchNormalization { get; init; }

    /// <summary>
    /// Gets the dropout after the encoder's first hidden layers, each in [0, 1); none unless set. Further ones are not used.
    /// </summary>
    public IReadOnlyList<double> Dropout { get; init => field = ValueList<double>.Of(value); } = new ValueList<double>([]);

    /// <summary>
    /// Gets how each slot is scaled before the network sees it; <see cref="FeatureScaling.MeanVariance"/> unless set. It is learned when
    /// the network is trained for the first time, and kept: of the inputs, and of the targets, where those are others.
    /// </summary>
    public FeatureScaling Scaling { get; init; }

    /// <summary>Gets what is done with values that are NaN; they are refused unless set.</summary>
    public MissingValues MissingValues { get; init; }

    /// <inheritdoc/>
    public override Autoencoder Build() => new VectorAutoencoder(this);

    internal override Autoencoder Build(InitialWeights weights) => new VectorAutoencoder(this, weights);

    internal override int BestBatchSize => 512;

    internal override bool MasksMissing => MissingValues == MissingValues.Mask;

    internal override AutoencoderArchitecture For(InputShape shape) => Length is null ? this with { Length = shape.Size } : this;

    internal override NetworkParts Parts
    {
        get
        {
            if (!InputShape.IsVector)
                throw Refused(this, "The shape is that of images: use a network for images, or set Length.");
            if (Length is not { } length)
                throw Refused(this, "Length is not known: set it, or let an estimator take it from the column.");
            var layers = new LinearLayers(length, LatentSize, HiddenSizes, Dropout);
            if (layers.Problem is { } problem)
                throw Refused(this, problem);
            if (OutputActivation == ActivationKind.Sigmoid && Scaling is FeatureScaling.MeanVariance or FeatureScaling.Robust)
                throw Refused(this, "A sigmoid gives values in [0, 1]: set Scaling to MinMax, or to None where the values are in [0, 1].");
            if (!Enum.IsDefined(Activation) || !Enum.IsDefined(OutputActivation)
                || !Enum.IsDefined(Scaling) || !Enum.IsDefined(MissingValues))
                throw Refused(this, "Activation, OutputActivation, Scaling and MissingValues must be defined values.");

            var (encoder, decoder) = layers.Make(Hidden);
            NetworkLayer[] IfScaled(NetworkLayer layer) => Scaling == FeatureScaling.None ? [] : [layer];
            NetworkLayer[] filling = MasksMissing ? [NetworkLayer.MissingFilled] : [];
            return new NetworkParts(
                nameof(VectorAutoencoder), [.. IfScaled(NetworkLayer.Scaling(length)), .. filling, .. encoder],
                [.. decoder, .. NetworkLayer.Activation(OutputActivation), .. IfScaled(NetworkLayer.Unscaling(length))]);
        }
    }

    private IEnumerable<NetworkLayer> Hidden(int inputs, int outputs) =>
    [
        NetworkLayer.Linear(inputs, outputs),
        .. BatchNormalization ? [NetworkLayer.Normalization(outputs)] : Array.Empty<NetworkLayer>(),
        .. NetworkLayer.Activation(Activation),
    ];
}
