using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FashionAE.Torch.Tests.Onnx;

public class OnnxWriterTests
{
    [Fact]
    public void Constants_in_double_precision_keep_it()
    {
        var graph = new OnnxGraph();
        OnnxValue Cast(OnnxValue value, long type) => graph.Add("Cast", [value], OnnxLayers.Attributes(("to", type)));
        // In single precision both are 1.
        double[] offsets = [1 + 1e-9, 1 - 1e-9];
        var sum = graph.Add("Add", [Cast(graph.Input("x"), OnnxWriter.Double), graph.Constant(StoredTensor.Of(offsets, 2))]);
        graph.Output(Cast(sum, OnnxWriter.Float), "y");
        using var session = new InferenceSession(OnnxWriter.Write(graph, "sum", [new OnnxPort("x", [2])], [new OnnxPort("y", [2])], new Dictionary<string, string>()));
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(new float[] { -1, -1 }, [1, 2]))]);
        Assert.Equal([(float)(offsets[0] - 1), (float)(offsets[1] - 1)], results.Single().AsEnumerable<float>());
    }
}
