using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>A tensor in an <see cref="OnnxGraph"/>: an input, a constant, or what a node computes.</summary>
public sealed class OnnxValue
{
    internal OnnxValue(string name) => Name = name;

    /// <summary>Gets the name that it has in the file.</summary>
    public string Name { get; }
}

/// <summary>
/// Builds the graph of an ONNX model: operators of the standard set, version 13, and constants. Networks of known layers need none of it;
/// one with operations of its own overrides <c>WriteEncoder</c> and <c>WriteDecoder</c> of the autoencoder and says there what its
/// <c>Encode</c> and <c>Decode</c> compute.
/// </summary>
public sealed class OnnxGraph
{
    /// <summary>The version of the operators, the lowest that has all of them as they are used here.</summary>
    internal const int OperatorSet = 13;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal OnnxGraph()
    {
    }

    internal List<OnnxNode> Nodes { get; } = [];

    internal List<OnnxConstant> Constants { get; } = [];

    /// <summary>Gets what the names of new nodes and constants begin with, such as "encoder.0".</summary>
    internal string Place { get; private set; } = "";

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="operation">Its name in ONNX, such as "Gemm" or "MatMul".</param>
    /// <param name="inputs">What it takes, in order.</param>
    /// <param name="attributes">Its attributes by name: numbers (long, float), arrays of them, or texts; null for none.</param>
    /// <returns>What it computes.</returns>
    /// <exception cref="ArgumentException">An attribute is of another type.</exception>
    public OnnxValue Add(string operation, IReadOnlyList<OnnxValue> inputs, IReadOnlyDictionary<string, object>? attributes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(inputs);
        return Add(operation, inputs, attributes, outputs: 1)[0];
    }

    /// <summary>Adds an operator with several outputs.</summary>
    /// <inheritdoc cref="Add(string, IReadOnlyList{OnnxValue}, IReadOnlyDictionary{string, object}?)"/>
    internal OnnxValue[] Add(
        string operation, IReadOnlyList<OnnxValue> inputs, IReadOnlyDictionary<string, object>? attributes, int outputs)
    {
        attributes ??= new Dictionary<string, object>();
        foreach (var (name, value) in attributes)
            if (value is not (long or float or string or long[] or float[]))
                throw new ArgumentException(
                    $"The attribute '{name}' of {operation} is of type {value?.GetType().Name ?? "null"}; "
                    + "it can be long, float, string, long[] or float[].", nameof(attributes));
        var values = Enumerable.Range(0, outputs).Select(_ => NewValue(operation.ToLowerInvariant())).ToArray();
        Nodes.Add(new OnnxNode(
            operation, [.. inputs.Select(input => input.Name)], [.. values.Select(value => value.Name)], attributes));
        return values;
    }

    /// <summary>Adds a constant. Equal ones, such as weights that layers share, are one.</summary>
    /// <param name="values">Its values, float32, float64 or int64, copied; on any device.</param>
    /// <param name="name">The last part of its name, such as "weight".</param>
    /// <returns>The constant.</returns>
    /// <exception cref="ArgumentException">The values are of another type.</exception>
    public OnnxValue Constant(Tensor values, string name = "constant")
    {
        ArgumentNullException.ThrowIfNull(values);
        return Constant(StoredTensor.Of(values), name);
    }

    /// <summary>Adds a reshaping.</summary>
    /// <param name="value">What is reshaped.</param>
    /// <param name="shape">The new shape: 0 keeps the dimension at that place, -1 is what is left.</param>
    /// <returns>The reshaped value.</returns>
    public OnnxValue Reshape(OnnxValue value, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Add("Reshape", [value, Constant(StoredTensor.Of(shape), "shape")]);
    }

    /// <summary>Adds the evaluation of a layer: a known one of TorchSharp, a Sequential of such, or an <see cref="IOnnxLayer"/>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">Its input.</param>
    /// <param name="name">Its name, with which those of its constants begin.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="NotSupportedException">The layer is not known, or has a setting that ONNX does not have.</exception>
    public OnnxValue Apply(nn.Module<Tensor, Tensor> layer, OnnxValue input, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(input);
        return Within(name, () => OnnxLayers.Write(this, layer, input));
    }

    /// <summary>Adds a constant, whose bytes must not change from then on.</summary>
    /// <inheritdoc cref="Constant(Tensor, string)"/>
    internal OnnxValue Constant(StoredTensor values, string name = "constant")
    {
        if (values.Type is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Int64))
            throw new ArgumentException($"A constant is float32, float64 or int64, not {values.Type}.", nameof(values));
        var equal = Constants.Find(other => other.Values.Type == values.Type && other.Values.Shape.SequenceEqual(values.Shape)
            && other.Values.Bytes.AsSpan().SequenceEqual(values.Bytes));
        if (equal is not null)
            return new OnnxValue(equal.Name);
        var constant = NewValue(name);
        Constants.Add(new OnnxConstant(constant.Name, values));
        return constant;
    }

    /// <summary>Adds something whose names begin with one more part, such as that of a layer.</summary>
    internal OnnxValue Within(string? name, Func<OnnxValue> write)
    {
        var place = Place;
        Place = name is null ? place : PlaceOf(name);
        try
        {
            return write();
        }
        finally
        {
            Place = place;
        }
    }

    /// <summary>Adds a value that comes from outside.</summary>
    internal OnnxValue Input(string name) =>
        _names.Add(name) ? new OnnxValue(name) : throw new ArgumentException($"There are two values '{name}'.", nameof(name));

    /// <summary>Gives a value the name of an output.</summary>
    internal void Output(OnnxValue value, string name) =>
        Nodes.Add(new OnnxNode("Identity", [value.Name], [Input(name).Name], new Dictionary<string, object>()));

    private string PlaceOf(string name) => Place.Length == 0 ? name : $"{Place}.{name}";

    private OnnxValue NewValue(string name)
    {
        var whole = PlaceOf(name);
        var unique = whole;
        for (var i = 1; !_names.Add(unique); i++)
            unique = $"{whole}.{i}";
        return new OnnxValue(unique);
    }
}

/// <summary>A layer of one's own that can say in ONNX what it computes. TorchSharp's usual layers are known without.</summary>
public interface IOnnxLayer
{
    /// <summary>Adds what the layer computes in evaluation mode.</summary>
    /// <param name="graph">The graph to add it to.</param>
    /// <param name="input">The layer's input.</param>
    /// <returns>Its output.</returns>
    OnnxValue Write(OnnxGraph graph, OnnxValue input);
}

/// <summary>An operator and what it works on.</summary>
internal sealed record OnnxNode(
    string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, object> Attributes)
{
    /// <summary>Gets the first output; all of the operators that are evaluated have one.</summary>
    public string Output => Outputs[0];

    public long[] Numbers(string name, params long[] otherwise) => (long[])Attributes.GetValueOrDefault(name, otherwise);

    public long Number(string name, long otherwise = 0) => (long)Attributes.GetValueOrDefault(name, otherwise);

    public double Real(string name) => (float)Attributes[name];
}

/// <summary>A tensor that a file holds.</summary>
internal sealed record OnnxConstant(string Name, StoredTensor Values);
