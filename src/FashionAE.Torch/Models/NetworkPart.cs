using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Describes a network by its layers. It is used to build the network, to check the tensors of a file, and to write the ONNX graph. The
/// last two do not need libtorch.
/// </summary>
/// <param name="name">The name of the network, for messages.</param>
/// <param name="encoder">The layers of the encoder.</param>
/// <param name="decoder">The layers of the decoder.</param>
internal sealed class NetworkParts(string name, IReadOnlyList<NetworkLayer> encoder, IReadOnlyList<NetworkLayer> decoder)
{
    public string Name => name;

    public NetworkPart Encoder { get; } = new("encoder", encoder);

    public NetworkPart Decoder { get; } = new("decoder", decoder);

    /// <summary>Gets the form of each tensor, by its name in the state_dict.</summary>
    public Dictionary<string, TensorForm> State => Encoder.State.Concat(Decoder.State).ToDictionary();
}

/// <summary>The encoder or the decoder of a network: a sequence of layers.</summary>
/// <param name="Name">The name under which the network registers the part.</param>
/// <param name="Layers">The layers, named "0", "1" and so on.</param>
internal sealed record NetworkPart(string Name, IReadOnlyList<NetworkLayer> Layers)
{
    /// <summary>
    /// The largest number of hidden layers. A file needs only two bytes to specify a layer, so without a limit, a small file could specify
    /// a network that needs much more memory than the file.
    /// </summary>
    public const int MostLayers = 20_000;

    /// <summary>Gets the form of each tensor, by its name in the state_dict.</summary>
    public IEnumerable<KeyValuePair<string, TensorForm>> State => Layers.SelectMany(
        (layer, i) => layer.State.Select(entry => KeyValuePair.Create($"{Name}.{i}.{entry.Name}", entry.Form)));

    public Sequential Build(InitialWeights weights) => nn.Sequential(Layers.Select(layer => layer.Build(weights)));

    /// <summary>Adds the computation of the part in evaluation mode to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The input of the part.</param>
    /// <param name="tensors">The tensors of the whole network.</param>
    public OnnxValue Write(OnnxGraph graph, OnnxValue input, IReadOnlyDictionary<string, StoredTensor> tensors) => graph.Within(Name, () =>
    {
        Dictionary<string, StoredTensor> StateOf(int layer) =>
            Layers[layer].State.ToDictionary(entry => entry.Name, entry => tensors[$"{Name}.{layer}.{entry.Name}"]);
        var value = input;
        for (var i = 0; i < Layers.Count; i++)
        {
            var (layer, place, state, before) = (Layers[i], i, StateOf(i), value);
            if (i + 1 < Layers.Count && Layers[i + 1].IsNormalization)
            {
                var folded = OnnxLayers.Fold(
                    $"{Name}.{place}", (state["weight"], state["bias"]), StateOf(++i), NetworkLayer.Epsilon);
                state = new() { ["weight"] = folded.Weight, ["bias"] = folded.Bias };
            }
            value = graph.Within($"{place}", () => layer.Write(graph, before, state));
        }
        return value;
    });
}

/// <summary>A layer of a <see cref="NetworkPart"/>.</summary>
/// <param name="Build">Creates the module with new weights.</param>
/// <param name="Write">Adds the computation to a graph, from the input and the state.</param>
/// <param name="State">The names and forms of the tensors.</param>
internal sealed record NetworkLayer(
    Func<InitialWeights, nn.Module<Tensor, Tensor>> Build,
    Func<OnnxGraph, OnnxValue, IReadOnlyDictionary<string, StoredTensor>, OnnxValue> Write,
    params (string Name, TensorForm Form)[] State)
{
    /// <summary>The value that batch normalization adds to the variance.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Gets a value indicating whether this is a normalization. Graphs merge it into the linear layer before it.</summary>
    public bool IsNormalization { get; private init; }

    public static NetworkLayer Relu => new(_ => nn.ReLU(), (graph, input, _) => graph.Add("Relu", [input]));

    public static NetworkLayer Sigmoid => new(_ => nn.Sigmoid(), (graph, input, _) => graph.Add("Sigmoid", [input]));

    /// <summary>Creates the layer of an activation function; none for <see cref="ActivationKind.None"/>.</summary>
    public static NetworkLayer[] Activation(ActivationKind kind) => kind == ActivationKind.None
        ? []
        : [new(_ => new ElementFunction(kind), (graph, input, _) => ElementFunction.Write(graph, input, kind))];

    public static NetworkLayer MissingFilled => new(
        _ => new MissingValueFilling(), (graph, input, _) => MissingValueFilling.WriteFilled(graph, input));

    public static NetworkLayer Scaling(int length) => new(
        _ => new ScalingLayer(length, isInverse: false),
        (graph, input, state) => ScalingLayer.Write(graph, input, isInverse: false, state),
        Real(ScalingLayer.OffsetName, length), Real(ScalingLayer.ScaleName, length),
        (ScalingLayer.RowsName, new TensorForm(ScalarType.Int64, [])));

    public static NetworkLayer Unscaling(int length) => new(
        _ => new ScalingLayer(length, isInverse: true),
        (graph, input, state) => ScalingLayer.Write(graph, input, isInverse: true, state),
        Real(ScalingLayer.OffsetName, length), Real(ScalingLayer.ScaleName, length));

    public static NetworkLayer Flatten => new(
        _ => nn.Flatten(), (graph, input, _) => graph.Add("Flatten", [input], OnnxLayers.Attributes(("axis", 1L))));

    public static NetworkLayer Unflatten(ImageShape shape)
    {
        long[] sizes = [shape.Channels, shape.Height, shape.Width];
        return new(_ => nn.Unflatten(1, sizes), (graph, input, _) => graph.Reshape(input, [0, .. sizes]));
    }

    public static NetworkLayer Linear(int inputs, int outputs) => new(
        weights => weights.Linear(inputs, outputs),
        (graph, input, state) => OnnxLayers.WriteLinear(graph, state["weight"], state["bias"], input),
        Real("weight", outputs, inputs), Real("bias", outputs));

    public static NetworkLayer Normalization(int features) => new(
        _ => new BatchNormalization(features), (_, _, _) => throw new NotSupportedException("It is merged into the layer before it."),
        Real("weight", features), Real("bias", features), Real("running_mean", features), Real("running_var", features),
        ("num_batches_tracked", new TensorForm(ScalarType.Int64, [])))
    {
        IsNormalization = true,
    };

    public static NetworkLayer Dropout(double probability) => new(_ => new SeededDropout(probability), (_, input, _) => input);

    /// <summary>Creates a convolution that halves height and width, rounded up.</summary>
    public static NetworkLayer Down(int inputs, int outputs) => new(
        weights => StridedConvolution.Down(inputs, outputs, weights),
        (graph, input, state) => StridedConvolution.Write(graph, input, state, null),
        Real("weight", outputs, inputs, 3, 3), Real("bias", outputs));

    /// <summary>Creates a transposed convolution that mirrors <see cref="Down"/> and outputs images of a given shape.</summary>
    public static NetworkLayer Up(int inputs, ImageShape made) => new(
        weights => StridedConvolution.Up(inputs, made.Channels, made.Height, made.Width, weights),
        (graph, input, state) => StridedConvolution.Write(graph, input, state, [1 - made.Height % 2, 1 - made.Width % 2]),
        Real("weight", inputs, made.Channels, 3, 3), Real("bias", made.Channels));

    private static (string Name, TensorForm Form) Real(string name, params long[] shape) =>
        (name, new TensorForm(ScalarType.Float32, shape));

    /// <summary>
    /// Equals TorchSharp's BatchNorm1d, but counts batches with a scalar that stays alive; see <see cref="HeldScalars"/>.
    /// </summary>
    private sealed class BatchNormalization(int features)
        : BatchNorm(features, Epsilon, 0.1, true, true, null, null, nameof(BatchNorm1d))
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
