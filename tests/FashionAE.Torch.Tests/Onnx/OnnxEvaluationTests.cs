using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace FashionAE.Torch.Tests.Onnx;

/// <summary>Operators that a custom network writes. ONNX Runtime, an independent implementation, computes them too.</summary>
public sealed class OnnxEvaluationTests
{
    private static readonly float[] Means = [0.5f];

    // So small that the value added to it matters.
    private static readonly float[] Variances = [1e-4f];

    [Theory]
    [InlineData("LeakyRelu")]
    [InlineData("Elu")]
    [InlineData("BatchNormalization")]
    [InlineData("Transpose")]
    public void An_attribute_that_is_left_out_has_the_default_of_ONNX(string operation)
    {
        using var scope = NewDisposeScope();
        using var model = new Written(
            images => operation switch
            {
                "LeakyRelu" => nn.functional.leaky_relu(images, 0.01),
                "Elu" => nn.functional.elu(images, 1),
                "Transpose" => images.transpose(2, 3),
                _ => nn.functional.batch_norm(images, tensor(Means), tensor(Variances), eps: 1e-5),
            },
            (graph, images) => operation switch
            {
                // The first one reverses the axes.
                "Transpose" => graph.Add(
                    operation, [graph.Add(operation, [images])], new Dictionary<string, object> { ["perm"] = new long[] { 3, 2, 0, 1 } }),
                "BatchNormalization" => graph.Add(operation,
                [
                    images, graph.Constant(ones(1)), graph.Constant(zeros(1)),
                    graph.Constant(tensor(Means)), graph.Constant(tensor(Variances)),
                ]),
                _ => graph.Add(operation, [images]),
            });
        var images = rand([3, 1, 4, 4]) * 2 - 1;
        var expected = model.Encode(images).Doubles();
        TensorValues.AssertClose(expected, Run(OnnxFile.ToBytes(model, OnnxPart.Encoder), images), 1e-5 * expected.Max(Math.Abs));
    }

    [Theory]
    [InlineData("Conv")]
    [InlineData("ConvTranspose")]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    public void An_operator_over_one_dimension_is_written_if_it_is_not_to_be_checked(string operation)
    {
        using var scope = NewDisposeScope();
        var kernel = tensor(new float[] { 0.5f, -1, 0.25f }).reshape(1, 1, 3);
        using var model = new Written(
            images =>
            {
                // In double precision, because libtorch's convolutions in single precision are wrong on some processors.
                var (row, exact) = (images.reshape(-1, 1, 16).to(float64), kernel.to(float64));
                var values = operation switch
                {
                    "Conv" => nn.functional.conv1d(row, exact, padding: 1),
                    "ConvTranspose" => nn.functional.conv_transpose1d(row, exact, padding: 1),
                    "MaxPool" => nn.functional.max_pool1d(row, 3, stride: 1, padding: 1),
                    _ => nn.functional.avg_pool1d(row, 3, stride: 1),
                };
                return values.to(float32);
            },
            (graph, images) =>
            {
                var attributes = new Dictionary<string, object> { ["kernel_shape"] = new long[] { 3 } };
                if (operation != "AveragePool")
                    attributes["pads"] = new long[] { 1, 1 };
                var row = graph.Reshape(images, 0, 1, 16);
                return graph.Add(operation, operation.StartsWith("Conv", StringComparison.Ordinal) ? [row, graph.Constant(kernel)] : [row], attributes);
            });
        Message.Says<NotSupportedException>(
            () => OnnxFile.ToBytes(model, OnnxPart.Encoder), $"{operation} ('{operation.ToLowerInvariant()}')", "3 dimensions", "Check", "false");

        var images = rand([3, 1, 4, 4]);
        var written = OnnxFile.ToBytes(model, OnnxPart.Encoder, new OnnxFileOptions { Check = false });
        TensorValues.AssertClose(model.Encode(images).Doubles(), Run(written, images), 1e-6);
    }

    [Fact]
    public void An_unknown_operator_is_reported_with_its_name_in_the_graph()
    {
        using var model = new Written(images => images.cos(), (graph, images) => graph.Add("Cos", [images]));
        Message.Says<NotSupportedException>(() => OnnxFile.ToBytes(model, OnnxPart.Encoder), "Cos ('cos')", "Check", "false");
    }

    private static double[] Run(byte[] file, Tensor images)
    {
        using var session = new InferenceSession(file);
        var input = new DenseTensor<float>(images.contiguous().data<float>().ToArray(), [(int)images.shape[0], 16]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(OnnxFile.Pixels, input)]);
        return [.. results.Single().AsEnumerable<float>().Select(value => (double)value)];
    }

    private sealed record WrittenArchitecture() : AutoencoderArchitecture(new ImageShape(1, 4, 4), 16)
    {
        public override Autoencoder Build() => throw new NotSupportedException();
    }

    /// <summary>Encodes with a function, and writes it with another.</summary>
    private sealed class Written(Func<Tensor, Tensor> encode, Func<OnnxGraph, OnnxValue, OnnxValue> write)
        : Autoencoder(nameof(Written), new WrittenArchitecture())
    {
        public override Tensor Encode(Tensor images) => encode(images);

        public override Tensor Decode(Tensor latent) => throw new NotSupportedException();

        protected internal override OnnxValue WriteEncoder(OnnxGraph graph, OnnxValue images) => write(graph, images);
    }
}
