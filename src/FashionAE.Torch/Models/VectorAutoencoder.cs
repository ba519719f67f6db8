using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// An autoencoder of linear layers for vectors with values of any range, such as the rows of a table. It scales each slot as learned from
/// the training data, encodes and decodes in the scaled space, and scales the result back. Inputs and reconstructions have the units of the
/// data.
/// </summary>
public sealed class VectorAutoencoder : Autoencoder
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;
    private readonly nn.Module<Tensor, Tensor>[] _core;
    private readonly bool _masks;

    /// <summary>
    /// Initializes a new instance of the <see cref="VectorAutoencoder"/> class with weights from torch's default generator.
    /// </summary>
    /// <param name="architecture">The description of the network. Its length must be set.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not set, or another value is invalid.</exception>
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

    /// <summary>Gets the layer that scales inputs; null if they are not scaled.</summary>
    internal ScalingLayer? Scaling { get; }

    /// <summary>
    /// Gets the layer that scales reconstructions back to the units of the targets, which may be other columns than the inputs.
    /// </summary>
    internal ScalingLayer? Unscaling { get; }

    /// <summary>Gets the offsets and scales of the slots of reconstructions; null if they are not scaled.</summary>
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
        // A missing value has the error 0.
        return (_masks ? where(target.isnan(), goal, output) : output, goal);
    }

    private Tensor Filled(Tensor values) => _masks ? MissingValueFilling.Fill(values) : values;
}

/// <summary>
/// Describes a <see cref="VectorAutoencoder"/>. By default it has two hidden layers before and two after the latent vector, and a linear
/// output.
/// </summary>
public sealed record VectorArchitecture : AutoencoderArchitecture
{
    /// <summary>Initializes a new instance of the <see cref="VectorArchitecture"/> class.</summary>
    /// <param name="latentSize">The length of the latent vector, 1 or more.</param>
    /// <param name="length">The length of the vectors, 1 or more; null if an estimator sets it from the column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 1.</exception>
    public VectorArchitecture(int latentSize = 2, int? length = null)
        : base(length is { } known ? InputShape.Vector(known) : InputShape.VectorOfUnknownLength, latentSize)
    {
    }

    /// <summary>Gets the length of the vectors, 1 or more; null if an estimator sets it from the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is set to a value less than 1.</exception>
    [JsonPropertyOrder(-2)]
    public int? Length
    {
        get => InputShape.Size == 0 ? null : InputShape.Size;
        init => InputShape = value is { } known ? InputShape.Vector(known) : InputShape.VectorOfUnknownLength;
    }

    /// <summary>
    /// Gets the sizes of the encoder's hidden layers, which can be empty. The decoder uses them in reverse. The default is 64 and 32.
    /// </summary>
    public IReadOnlyList<int> HiddenSizes { get; init => field = ValueList<int>.Of(value); } = new ValueList<int>([64, 32]);

    /// <summary>Gets the activation function after each hidden layer. The default is <see cref="ActivationKind.Silu"/>.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>
    /// Gets the activation function of the decoder's output, in the scaled space. The default is <see cref="ActivationKind.None"/>. Use
    /// <see cref="ActivationKind.Sigmoid"/> for values that are scaled to [0, 1], such as counts with
    /// <see cref="FeatureScaling.MinMax"/>.
    /// </summary>
    public ActivationKind OutputActivation { get; init; }

    /// <summary>
    /// Gets a value indicating whether to use batch normalization before each hidden activation. It doubles the training time, and works
    /// badly with batches of a few rows. The default is false.
    /// </summary>
    public bool BatchNormalization { get; init; }

    /// <summary>
    /// Gets the dropout probabilities after the encoder's first hidden layers, each in [0, 1). Values beyond the number of layers are
    /// ignored. The default is empty, for no dropout.
    /// </summary>
    public IReadOnlyList<double> Dropout { get; init => field = ValueList<double>.Of(value); } = new ValueList<double>([]);

    /// <summary>
    /// Gets how each slot is scaled before the network. The scaling is learned when the network is first trained, and then kept. If the
    /// targets differ from the inputs, both are scaled separately. The default is <see cref="FeatureScaling.MeanVariance"/>.
    /// </summary>
    public FeatureScaling Scaling { get; init; }

    /// <summary>Gets how NaN values are handled. The default is <see cref="MissingValues.Refuse"/>.</summary>
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
                throw Refused(this, "The shape is an image shape: use a network for images, or set Length.");
            if (Length is not { } length)
                throw Refused(this, "Length is not set: set it, or let an estimator set it from the column.");
            var layers = new LinearLayers(length, LatentSize, HiddenSizes, Dropout);
            if (layers.Problem is { } problem)
                throw Refused(this, problem);
            if (OutputActivation == ActivationKind.Sigmoid && Scaling is FeatureScaling.MeanVariance or FeatureScaling.Robust)
                throw Refused(this, "A sigmoid outputs values in [0, 1]: set Scaling to MinMax, or to None if the values are in [0, 1].");
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
