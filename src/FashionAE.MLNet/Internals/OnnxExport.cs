using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// Writes a step's part of the graph that ML.NET's <c>ConvertToOnnx</c> creates from a chain. The step writes its own graph, which is then
/// copied into that of ML.NET.
/// </summary>
internal sealed class OnnxExport
{
    /// <summary>The latest version of ONNX operators that ML.NET writes.</summary>
    private const int OperatorSet = 12;

    // The namespace is written out: dotnet format does not see it and would remove a using directive as unnecessary.
    private readonly Microsoft.ML.Model.OnnxConverter.OnnxContext _context;
    private readonly string _step;
    // The names in ML.NET's graph by the names in the step's graph.
    private readonly Dictionary<string, string> _names = [];

    private OnnxExport(Microsoft.ML.Model.OnnxConverter.OnnxContext context, string step) => (_context, _step) = (context, step);

    public OnnxGraph Graph { get; } = new();

    /// <summary>Writes a step.</summary>
    /// <param name="context">The graph of the previous steps.</param>
    /// <param name="step">The name of the step.</param>
    /// <param name="added">The columns that the step adds.</param>
    /// <param name="write">Adds the step's computation, and returns a value for each added column: [N, number of values].</param>
    /// <exception cref="NotSupportedException">A part of the graph cannot be written for ML.NET.</exception>
    public static void Write(
        Microsoft.ML.Model.OnnxConverter.OnnxContext context, string step, IEnumerable<DataViewSchema.DetachedColumn> added,
        Func<OnnxExport, IEnumerable<OnnxValue>> write)
    {
        context.CheckOpSetVersion(OperatorSet, step);
        var export = new OnnxExport(context, step);
        (DataViewSchema.DetachedColumn Column, OnnxValue Value)[] outputs =
            [.. added.Zip(write(export), (column, value) => (column, export.Shape(value, column.Type)))];
        export.Copy();
        foreach (var (column, value) in outputs)
            context.CreateNode(
                "Identity", export._names[value.Name], context.AddIntermediateVariable(column.Type, column.Name),
                context.GetNodeName("Identity"), "");
    }

    /// <summary>Gets the values of a column: [N, the dimensions of its type].</summary>
    public OnnxValue Column(string name)
    {
        // If one of ML.NET's own steps cannot be exported, ML.NET only warns and continues.
        if (!_context.ContainsColumn(name))
            throw new NotSupportedException(
                $"ConvertToOnnx of ML.NET cannot export {_step}: its column '{name}' is not in the graph. See the log for the earlier step "
                + "that cannot be exported.");
        var variable = _context.GetVariableName(name);
        return _names.TryAdd(variable, variable) ? Graph.Input(variable) : new OnnxValue(variable);
    }

    public OnnxValue Add(string operation, params OnnxValue[] inputs) => Graph.Add(operation, inputs);

    public OnnxValue Number(double value, bool isDouble) =>
        Graph.Constant(isDouble ? StoredTensor.Of([value]) : StoredTensor.Of([(float)value]));

    /// <summary>Converts values to double or single precision.</summary>
    public OnnxValue Cast(OnnxValue value, bool isDouble) =>
        Graph.Add("Cast", [value], OnnxLayers.Attributes(("to", isDouble ? OnnxWriter.Double : OnnxWriter.Float)));

    /// <summary>Gets the mean of all values of a row: [N, 1].</summary>
    public OnnxValue Mean(OnnxValue value) =>
        Graph.Add("ReduceMean", [Add("Flatten", value)], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 1L)));

    /// <summary>
    /// Makes the values of a row NaN if one of its pixels is infinite or NaN. Such an image is missing, and so are its results, but some
    /// operators lose a NaN.
    /// </summary>
    public OnnxValue WhereFinite(OnnxValue value, OnnxValue images) =>
        Add("Add", Add("Flatten", value), Mean(Add("Mul", images, Number(0, isDouble: false))));

    /// <summary>
    /// Replaces NaN by 0, and divides the values of each row by the share that is not NaN. If all values of a row are NaN, they stay NaN.
    /// Only use the result to find missing rows, because the division changes the values.
    /// </summary>
    public OnnxValue WhereAnyIsThere(OnnxValue values)
    {
        var filled = Add("Where", IsThere(values), values, Number(0, isDouble: false));
        // 0 / 0 is NaN.
        return Add("Div", filled, ShareThere(values));
    }

    public OnnxValue IsThere(OnnxValue values) => Add("Not", Add("IsNaN", values));

    /// <summary>Gets the share of the values of a row that are not NaN: [N, 1].</summary>
    public OnnxValue ShareThere(OnnxValue values) => Mean(Cast(IsThere(values), isDouble: false));

    private OnnxValue Shape(OnnxValue value, DataViewType type) => type is VectorDataViewType { Dimensions: { Length: > 1 } sizes }
        ? Graph.Reshape(value, [0, .. sizes.Select(size => (long)size)])
        : value;

    private void Copy()
    {
        foreach (var constant in Graph.Constants)
            _names[constant.Name] = AddInitializer(constant.Values, NameOf(constant.Name));
        foreach (var node in Graph.Nodes)
        {
            CheckVersion(node);
            var outputs = node.Outputs.Select(name => _context.AddIntermediateVariable(null, NameOf(name), skip: true)).ToArray();
            var copy = _context.CreateNode(
                node.Operation, node.Inputs.Select(name => _names[name]), outputs, _context.GetNodeName(outputs[0]), "");
            foreach (var (name, output) in node.Outputs.Zip(outputs))
                _names[name] = output;
            foreach (var (name, value) in node.Attributes)
                switch (value)
                {
                    case long number: copy.AddAttribute(name, number); break;
                    case float number: copy.AddAttribute(name, number); break;
                    case string text: copy.AddAttribute(name, text); break;
                    case long[] numbers: copy.AddAttribute(name, numbers); break;
                    default: copy.AddAttribute(name, (float[])value); break;
                }
        }
    }

    // ML.NET also treats each name as a column name, so this name must differ from users' columns.
    private string NameOf(string name) => $"FashionAE.{_step}/{name}";

    private string AddInitializer(StoredTensor tensor, string name)
    {
        T[] Values<T>()
            where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.Bytes).ToArray();
        return (tensor.Type, tensor.Shape) switch
        {
            (ScalarType.Int64, []) => _context.AddInitializer(Values<long>()[0], name),
            (ScalarType.Int64, var shape) => _context.AddInitializer(Values<long>(), shape, name),
            (ScalarType.Float64, []) => _context.AddInitializer(Values<double>()[0], name),
            (ScalarType.Float64, var shape) => _context.AddInitializer(Values<double>(), shape, name),
            (_, []) => _context.AddInitializer(Values<float>()[0], name),
            (_, var shape) => _context.AddInitializer(Values<float>(), shape, name),
        };
    }

    /// <summary>
    /// Throws if an operator is used as defined since version 13, which ML.NET does not write. Custom networks may contain such operators.
    /// </summary>
    private void CheckVersion(OnnxNode node)
    {
        var isOther = node.Operation switch
        {
            "Softmax" or "LogSoftmax" or "Hardmax" => node.Number("axis") != -1,
            "ReduceSum" or "Split" or "Squeeze" or "Unsqueeze" => node.Inputs.Count > 1,
            _ => false,
        };
        if (isOther)
            throw new NotSupportedException(
                $"ConvertToOnnx of ML.NET cannot export {_step}: '{node.Output}' uses {node.Operation} as defined since version 13 of the "
                + $"ONNX operators, but ML.NET writes version {OperatorSet}. A softmax can be exported if its axis is -1.");
    }
}
