using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Onnx;

public class OnnxLayersTests
{
    private const int Outputs = 6;

    /// <summary>Whether the layer and the normalization have weight and bias, and the shape of the weights of one output.</summary>
    public static TheoryData<bool, bool, long[]> Layers => new()
    {
        { true, true, [7] },
        { false, true, [7] },
        { true, false, [7] },
        { false, false, [1] },
        { true, true, [3, 2, 5] },
    };

    [Fact]
    public void Weights_of_another_type_are_reported_with_their_layer()
    {
        using var model = new DenseArchitecture(new(1, 4, 4)) { HiddenSizes = [8, 6] }.Build();
        model.to(ScalarType.Float64);
        Message.Says<NotSupportedException>(() => OnnxFile.ToBytes(model, OnnxPart.Encoder), "'encoder.", "Float64", "float32");

        using var layers = nn.Sequential(("front", nn.Identity()), ("middle", nn.Linear(16, 6, dtype: ScalarType.Float64)), ("norm", nn.BatchNorm1d(6)));
        var graph = new OnnxGraph();
        Message.Says<NotSupportedException>(() => graph.Apply(layers, graph.Input("x"), "encoder"), "'encoder.middle'", "Float64", "float32");
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_folded_normalization_computes_what_layer_and_normalization_compute(bool hasBias, bool isAffine, long[] fan)
    {
        const double Epsilon = 1e-5;
        var random = new Random(3);
        float[] Values(long count, double least, double most) =>
            [.. Enumerable.Range(0, (int)count).Select(_ => (float)(least + (most - least) * random.NextDouble()))];
        var inputs = fan.Aggregate((a, b) => a * b);
        var (weight, bias) = (Values(Outputs * inputs, -1, 1), hasBias ? Values(Outputs, -2, 2) : new float[Outputs]);
        // Variances from 0 to large values.
        var (mean, variance) = (Values(Outputs, -3, 3), new[] { 0f, 1e-9f, 1e-4f, 0.5f, 3, 1e6f });
        var (scale, offset) = isAffine ? (Values(Outputs, -2, 2), Values(Outputs, -1, 1)) : ([1, 1, 1, 1, 1, 1], new float[Outputs]);
        var normalization = new Dictionary<string, StoredTensor>
        {
            ["running_mean"] = StoredTensor.Of(mean, Outputs),
            ["running_var"] = StoredTensor.Of(variance, Outputs),
            ["num_batches_tracked"] = StoredTensor.Of([5L]),
        };
        if (isAffine)
            (normalization["weight"], normalization["bias"]) = (StoredTensor.Of(scale, Outputs), StoredTensor.Of(offset, Outputs));

        var folded = OnnxLayers.Fold(
            "layer", (StoredTensor.Of(weight, [Outputs, .. fan]), hasBias ? StoredTensor.Of(bias, Outputs) : null), normalization, Epsilon);

        Assert.Equal([Outputs, .. fan], folded.Weight.Shape);
        Assert.Equal([Outputs], folded.Bias.Shape);
        var (foldedWeight, foldedBias) = (folded.Weight.Floats.ToArray(), folded.Bias.Floats.ToArray());
        for (var output = 0; output < Outputs; output++)
        {
            var x = Values(inputs, -1, 1);
            var (sum, actual, size) = ((double)bias[output], (double)foldedBias[output], Math.Abs((double)foldedBias[output]));
            for (var i = 0; i < inputs; i++)
            {
                sum += (double)weight[output * inputs + i] * x[i];
                actual += (double)foldedWeight[output * inputs + i] * x[i];
                size += Math.Abs((double)foldedWeight[output * inputs + i] * x[i]);
            }
            var expected = (sum - mean[output]) / Math.Sqrt(variance[output] + Epsilon) * scale[output] + offset[output];
            // Each value is rounded once, by at most half of its last bit.
            TensorValues.AssertClose([expected], [actual], size * (Math.Pow(2, -24) + 1e-14));
        }
    }
}
