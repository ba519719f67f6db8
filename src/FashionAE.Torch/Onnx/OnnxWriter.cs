using System.Runtime.InteropServices;
using TorchSharp;

namespace FashionAE.Torch;

/// <summary>
/// Writes ONNX models as Protocol Buffers messages, with the field numbers of onnx.proto3 in the ONNX specification. Only twelve messages
/// and about half of their fields are needed, so this class is smaller than generated code and needs no package.
/// </summary>
internal static class OnnxWriter
{
    /// <summary>The number of an element type.</summary>
    public const long Float = 1;
    /// <inheritdoc cref="Float"/>
    public const long Double = 11;

    // The version of ONNX 1.8 (2020), the first with operator set 13.
    private const long FormatVersion = 7;
    private const long Int64 = 7;
    private const long Bool = 9;

    // The largest size that Protocol Buffers can read.
    private const long LongestFile = int.MaxValue;

    /// <summary>Returns the bytes of a model.</summary>
    /// <exception cref="InvalidOperationException">The weights are too large for the format.</exception>
    public static byte[] Write(
        OnnxGraph graph, string name, OnnxPort[] inputs, OnnxPort[] outputs, IReadOnlyDictionary<string, string> metadata)
    {
        if (graph.Constants.Sum(constant => (long)constant.Values.Bytes.Length) > LongestFile - (16 << 20))
            throw new InvalidOperationException("The weights are too large: an ONNX file can hold at most 2 GiB.");
        var body = new ProtocolMessage();
        foreach (var node in graph.Nodes)
            body.Add(1, Node(node));
        body.Add(2, name);
        foreach (var constant in graph.Constants)
            body.Add(5, new ProtocolMessage().AddAll(1, constant.Values.Shape)
                .Add(2, TypeOf(constant.Values.Type))
                .Add(8, constant.Name).Add(9, constant.Values.Bytes));
        foreach (var input in inputs)
            body.Add(11, Port(input));
        foreach (var output in outputs)
            body.Add(12, Port(output));

        var version = typeof(OnnxWriter).Assembly.GetName().Version?.ToString(3) ?? "";
        var model = new ProtocolMessage().Add(1, FormatVersion).Add(2, "FashionAE").Add(3, version).Add(7, body)
            .Add(8, new ProtocolMessage().Add(1, "").Add(2, OnnxGraph.OperatorSet));
        foreach (var (key, value) in metadata)
            model.Add(14, new ProtocolMessage().Add(1, key).Add(2, value));
        return model.ToArray();
    }

    private static long TypeOf(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Int64 => Int64,
        torch.ScalarType.Float64 => Double,
        _ => Float,
    };

    private static ProtocolMessage Node(OnnxNode node)
    {
        var message = new ProtocolMessage();
        foreach (var input in node.Inputs)
            message.Add(1, input);
        foreach (var output in node.Outputs)
            message.Add(2, output);
        message.Add(3, node.Output).Add(4, node.Operation);
        foreach (var (name, value) in node.Attributes)
        {
            var attribute = new ProtocolMessage().Add(1, name);
            _ = value switch
            {
                float real => attribute.Add(2, real).Add(20, 1),
                long number => attribute.Add(3, number).Add(20, 2),
                string text => attribute.Add(4, text).Add(20, 3),
                float[] reals => attribute.Add(7, MemoryMarshal.AsBytes<float>(reals)).Add(20, 6),
                _ => attribute.AddAll(8, (long[])value).Add(20, 7),
            };
            message.Add(5, attribute);
        }
        return message;
    }

    private static ProtocolMessage Port(OnnxPort port)
    {
        var shape = new ProtocolMessage().Add(1, new ProtocolMessage().Add(2, "N"));
        foreach (var size in port.ShapeOfOne)
            shape.Add(1, new ProtocolMessage().Add(1, size));
        var tensor = new ProtocolMessage().Add(1, port.IsBoolean ? Bool : Float).Add(2, shape);
        return new ProtocolMessage().Add(1, port.Name).Add(2, new ProtocolMessage().Add(1, tensor));
    }
}

/// <summary>An input or output of a model, float32 or Boolean, with its shape without the first dimension N.</summary>
internal sealed record OnnxPort(string Name, IReadOnlyList<long> ShapeOfOne, bool IsBoolean = false);
