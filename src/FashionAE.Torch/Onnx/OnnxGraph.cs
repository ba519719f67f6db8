using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>A tensor in an <see cref="OnnxGraph"/>: an input, a constant, or the output of an operator.</summary>
public sealed class OnnxValue
{
    internal OnnxValue(string name) => Name = name;

    /// <summary>Gets the name of the tensor in the file.</summary>
    public string Name { get; }
}

/// <summary>
/// Builds the graph of an ONNX model from operators of the standard operator set, version 13, and constants. Networks that only use
/// supported layers do not need this class. Other networks override <c>WriteEncoder</c> and <c>WriteDecoder</c> of
/// <see cref="Autoencoder"/>, and add the computation of <c>Encode</c> and <c>Decode</c> there.
/// </summary>
public sealed class OnnxGraph
{
    /// <summary>The operator set version, the lowest that has all operators in the form used here.</summary>
    internal const int OperatorSet = 13;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal OnnxGraph()
    {
    }

    internal List<OnnxNode> Nodes { get; } = [];

    internal List<OnnxConstant> Constants { get; } = [];

    /// <summary>Gets the prefix for the names of new operators and constants, such as "encoder.0".</summary>
    internal string Place { get; private set; } = "";

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="operation">The name of the operator in ONNX, such as "Gemm" or "MatMul".</param>
    /// <param name="inputs">The inputs, in order.</param>
    /// <param name="attributes">The attributes by name. Each is a long, a float, an array of these, or a string. Null for none.</param>
    /// <returns>The output.</returns>
    /// <exception cref="ArgumentException">The operation is empty, or an attribute has another type.</exception>
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

    /// <summary>Adds a constant. Equal constants, such as weights that layers share, are stored once.</summary>
    /// <param name="values">The values, float32, float64 or int64, on any device. They are copied.</param>
    /// <param name="name">The last part of the constant's name, such as "weight".</param>
    /// <returns>The constant.</returns>
    /// <exception cref="ArgumentException">The values have another type.</exception>
    public OnnxValue Constant(Tensor values, string name = "constant")
    {
        ArgumentNullException.ThrowIfNull(values);
        return Constant(StoredTensor.Of(values), name);
    }

    /// <summary>Adds an operator that changes the shape of a tensor.</summary>
    /// <param name="value">The tensor.</param>
    /// <param name="shape">The new shape. 0 keeps the dimension at that position, and -1 means the remaining size.</param>
    /// <returns>The tensor with the new shape.</returns>
    public OnnxValue Reshape(OnnxValue value, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Add("Reshape", [value, Constant(StoredTensor.Of(shape), "shape")]);
    }

    /// <summary>Adds a layer: a supported layer of TorchSharp, a Sequential of such layers, or an <see cref="IOnnxLayer"/>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The input of the layer.</param>
    /// <param name="name">The name of the layer, used as a prefix for the names of its operators and constants; null for no prefix.</param>
    /// <returns>The output of the layer.</returns>
    /// <exception cref="NotSupportedException">The layer is not supported, or has a setting that ONNX does not support.</exception>
    public OnnxValue Apply(nn.Module<Tensor, Tensor> layer, OnnxValue input, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(input);
        return Within(name, () => OnnxLayers.Write(this, layer, input));
    }

    /// <summary>Adds a constant without copying its bytes, which must not change afterwards.</summary>
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

    /// <summary>Runs a function that adds operators. A name, such as that of a layer, is appended to the prefix of their names.</summary>
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

    /// <summary>Adds an input of the graph.</summary>
    internal OnnxValue Input(string name) =>
        _names.Add(name) ? new OnnxValue(name) : throw new ArgumentException($"There are two tensors named '{name}'.", nameof(name));

    /// <summary>Makes a tensor an output of the graph, with the specified name.</summary>
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

/// <summary>A custom layer that can write its computation as ONNX. TorchSharp's usual layers are supported without it.</summary>
public interface IOnnxLayer
{
    /// <summary>Adds the computation of the layer in evaluation mode to a graph.</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="input">The input of the layer.</param>
    /// <returns>The output of the layer.</returns>
    OnnxValue Write(OnnxGraph graph, OnnxValue input);
}

/// <summary>An operator with its inputs and outputs.</summary>
internal sealed record OnnxNode(
    string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, object> Attributes)
{
    /// <summary>Gets the first output. All operators that can be evaluated have exactly one.</summary>
    public string Output => Outputs[0];

    public long[] Numbers(string name, params long[] otherwise) => (long[])Attributes.GetValueOrDefault(name, otherwise);

    public long Number(string name, long otherwise = 0) => (long)Attributes.GetValueOrDefault(name, otherwise);

    public double Real(string name, float otherwise) => (float)Attributes.GetValueOrDefault(name, otherwise);
}

/// <summary>A tensor with constant values, which is stored in the file.</summary>
internal sealed record OnnxConstant(string Name, StoredTensor Values);
