using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Scales each slot of vectors, (x - offset) / scale, or scales it back. Offset and scale are computed from the training data,
/// not learned with gradients.
/// </summary>
internal sealed class ScalingLayer : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    public const string OffsetName = "offset";
    public const string ScaleName = "scale";
    public const string RowsName = "rows";

    private readonly bool _isInverse;

    public ScalingLayer(int length, bool isInverse)
        : base(isInverse ? "Unscaling" : "Scaling")
    {
        _isInverse = isInverse;
        register_buffer(OffsetName, zeros(length));
        register_buffer(ScaleName, ones(length));
        if (!isInverse)
            register_buffer(RowsName, zeros([], ScalarType.Int64));
    }

    public Tensor Offset => get_buffer(OffsetName)!;

    public Tensor Scale => get_buffer(ScaleName)!;

    /// <summary>
    /// Gets a value indicating whether the scaling was learned. It is learned only once, in the first training of the network.
    /// </summary>
    public bool HasLearned => get_buffer(RowsName)!.item<long>() > 0;

    public override Tensor forward(Tensor input) => _isInverse ? input.mul(Scale).Plus(Offset) : Apply(input);

    /// <summary>Scales values. This also works in a layer that scales back.</summary>
    public Tensor Apply(Tensor values)
    {
        using var difference = values - Offset;
        return difference / Scale;
    }

    public OnnxValue Write(OnnxGraph graph, OnnxValue input) => Write(
        graph, input, _isInverse,
        new Dictionary<string, StoredTensor> { [OffsetName] = StoredTensor.Of(Offset), [ScaleName] = StoredTensor.Of(Scale) });

    public static OnnxValue Write(OnnxGraph graph, OnnxValue input, bool isInverse, IReadOnlyDictionary<string, StoredTensor> state)
    {
        var (offset, scale) = (graph.Constant(state[OffsetName], OffsetName), graph.Constant(state[ScaleName], ScaleName));
        return isInverse
            ? graph.Add("Add", [graph.Add("Mul", [input, scale]), offset])
            : graph.Add("Div", [graph.Add("Sub", [input, offset]), scale]);
    }
}

/// <summary>Replaces missing values with 0.</summary>
internal sealed class MissingValueFilling() : nn.Module<Tensor, Tensor>("MissingValueFilling"), IOnnxLayer
{
    public static Tensor Fill(Tensor values)
    {
        using var isMissing = values.isnan();
        using var zero = zeros_like(values);
        return where(isMissing, zero, values);
    }

    public override Tensor forward(Tensor input) => Fill(input);

    public OnnxValue Write(OnnxGraph graph, OnnxValue input) => WriteFilled(graph, input);

    public static OnnxValue WriteFilled(OnnxGraph graph, OnnxValue input) => graph.Add(
        "Where", [graph.Add("IsNaN", [input]), graph.Constant(StoredTensor.Of([0f]), "zero"), input]);
}

/// <summary>Applies an activation function to each value.</summary>
internal sealed class ElementFunction(ActivationKind kind) : nn.Module<Tensor, Tensor>($"{kind}"), IOnnxLayer
{
    private const double LeakySlope = 0.01;

    public override Tensor forward(Tensor input) => kind switch
    {
        ActivationKind.Relu => input.relu(),
        ActivationKind.LeakyRelu => input.LeakyRelu(LeakySlope),
        ActivationKind.Elu => input.Elu(1),
        ActivationKind.Gelu => nn.functional.gelu(input),
        ActivationKind.Silu => nn.functional.silu(input),
        ActivationKind.Tanh => input.tanh(),
        ActivationKind.Sigmoid => input.sigmoid(),
        _ => input.alias(),
    };

    public OnnxValue Write(OnnxGraph graph, OnnxValue input) => Write(graph, input, kind);

    public static OnnxValue Write(OnnxGraph graph, OnnxValue input, ActivationKind kind) => kind switch
    {
        ActivationKind.Relu => graph.Add("Relu", [input]),
        ActivationKind.LeakyRelu => graph.Add("LeakyRelu", [input], OnnxLayers.Attributes(("alpha", (float)LeakySlope))),
        ActivationKind.Elu => graph.Add("Elu", [input], OnnxLayers.Attributes(("alpha", 1f))),
        ActivationKind.Gelu => OnnxLayers.WriteGelu(graph, input),
        ActivationKind.Silu => graph.Add("Mul", [input, graph.Add("Sigmoid", [input])]),
        ActivationKind.Tanh => graph.Add("Tanh", [input]),
        ActivationKind.Sigmoid => graph.Add("Sigmoid", [input]),
        _ => input,
    };
}
