using System.Globalization;
using FashionAE.Torch.Tests.Support;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace FashionAE.Torch.Tests.Models;

/// <summary>ONNX Runtime, an independent implementation, runs the files.</summary>
[Trait("Pace", "slow")]
public class OnnxFileTests
{
    public static TheoryData<AutoencoderArchitecture> Architectures =>
    [
        new ConvolutionalArchitecture(new(1, 28, 28)),
        new ConvolutionalArchitecture(new(3, 17, 12), LatentSize: 1) { Channels = [5, 9] },
        new ConvolutionalArchitecture(new(2, 1, 5), LatentSize: 64) { Channels = [1] },
        new DenseArchitecture(new(1, 28, 28)),
        new DenseArchitecture(new(3, 5, 7), LatentSize: 1) { HiddenSizes = [33, 8] },
        new DenseArchitecture(new(1, 4, 3), LatentSize: 64) { HiddenSizes = [] },
    ];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Graph_and_model_compute_the_same(AutoencoderArchitecture architecture)
    {
        using var model = Trained(architecture);
        foreach (var isFlat in new[] { true, false })
        {
            var options = new OnnxFileOptions { FlatImages = isFlat };
            using var encoder = Session(model, OnnxPart.Encoder, options);
            using var decoder = Session(model, OnnxPart.Decoder, options);
            using var whole = Session(model, OnnxPart.Whole, options);
            foreach (var count in new[] { 1, 7, 1000 })
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var images = rand(model.ImageShape.Batch(count));
                var latent = model.Encode(images);
                var decoded = model.Decode(latent);
                var pixels = isFlat ? images.flatten(1) : images;
                AssertEqual(latent, Run(encoder, OnnxFile.Pixels, pixels)[OnnxFile.Latent]);
                AssertEqual(isFlat ? decoded.flatten(1) : decoded, Run(decoder, OnnxFile.Latent, latent)[OnnxFile.Reconstruction]);

                var all = Run(whole, OnnxFile.Pixels, pixels);
                AssertEqual(latent, all[OnnxFile.Latent]);
                AssertEqual(isFlat ? decoded.flatten(1) : decoded, all[OnnxFile.Reconstruction]);
                var errors = (images.to(ScalarType.Float64) - decoded.to(ScalarType.Float64)).square();
                AssertEqual(isFlat ? errors.flatten(1) : errors, all[OnnxFile.ErrorMap]);
                AssertEqual(errors.mean([1, 2, 3]).unsqueeze(1), all[OnnxFile.Mse]);
            }
        }
    }

    [Fact]
    public void A_threshold_detects_anomalies_and_is_in_the_metadata()
    {
        using var model = Trained(new DenseArchitecture(new(1, 6, 6)) { HiddenSizes = [12] });
        using var images = rand(model.ImageShape.Batch(50));
        using var errors = ImageQuality.MeanSquaredError(images, model.call(images));
        var threshold = (float)errors.Doubles().Order().ElementAt(25);
        using var session = Session(model, OnnxPart.Whole, new OnnxFileOptions
        {
            Threshold = threshold,
            ClassNames = ["a", "ü"],
            Metadata = new Dictionary<string, string> { ["training"] = "seed 1" },
        });
        images[0, 0, 3, 3] = float.NaN;
        var pixels = new DenseTensor<float>(images.data<float>().ToArray(), [50, 36]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(OnnxFile.Pixels, pixels)], [OnnxFile.IsAnomaly]);
        var expected = errors.Doubles().Select((error, i) => i == 0 || error > threshold).ToArray();
        // The threshold is the error of one image, which may therefore be on either side of it.
        Assert.InRange(results[0].AsEnumerable<bool>().Zip(expected).Count(pair => pair.First != pair.Second), 0, 1);
        Assert.True(results[0].AsEnumerable<bool>().First());

        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(threshold.ToString("R", CultureInfo.InvariantCulture), metadata["fashionae.threshold"]);
        Assert.Equal("""["a","\u00FC"]""", metadata["fashionae.classes"]);
        Assert.Equal(("1x6x6", "2", "[0, 1]", "whole", "seed 1"),
            (metadata["fashionae.image_shape"], metadata["fashionae.latent_size"], metadata["fashionae.range"], metadata["fashionae.part"], metadata["training"]));
        Assert.Equal("FashionAE", session.ModelMetadata.ProducerName);
    }

    [Fact]
    public void Layers_of_TorchSharp_are_supported()
    {
        using var model = new Custom(new CustomArchitecture(new(2, 12, 8), 3),
            nn.Sequential(
                nn.Conv2d(2, 8, 3, stride: 2, padding: 1, bias: false), nn.BatchNorm2d(8), nn.LeakyReLU(0.1), nn.Conv2d(8, 8, (3, 1), padding: (1, 0), groups: 2, dilation: (1, 2)), nn.ELU(0.7),
                nn.MaxPool2d(2, 1), nn.AvgPool2d(2, 1, 1, count_include_pad: false), nn.Dropout2d(0.5), nn.GELU(), nn.Flatten(), nn.Linear(8 * 6 * 4, 10), nn.SiLU(),
                nn.Sequential(nn.Linear(10, 6, hasBias: false), nn.BatchNorm1d(6), nn.Tanh()), nn.SELU(), nn.Identity(), nn.Linear(6, 3), nn.Softmax(1)),
            nn.Sequential(
                nn.Linear(3, 24), nn.ReLU(), nn.Unflatten(1, [4, 3, 2]), nn.BatchNorm2d(4), nn.ConvTranspose2d(4, 8, 3, stride: 2, padding: 1, output_padding: 1),
                nn.BatchNorm2d(8, affine: false), nn.PixelShuffle(2), nn.Sigmoid()));
        using (no_grad())
            foreach (var (_, buffer) in model.named_buffers().Where(b => b.buffer.dtype == ScalarType.Float32))
                buffer.add_(rand_like(buffer));
        using var session = Session(model, OnnxPart.Whole, new OnnxFileOptions { FlatImages = false });
        using var scope = NewDisposeScope();
        using var __ = no_grad();
        model.eval();
        var images = rand(model.ImageShape.Batch(5));
        var all = Run(session, OnnxFile.Pixels, images);
        // In double precision, because libtorch's convolutions in single precision are wrong on some processors.
        var exact = images.to(float64);
        model.to(float64);
        AssertEqual(model.Encode(exact).to(float32), all[OnnxFile.Latent]);
        AssertEqual(model.call(exact).to(float32), all[OnnxFile.Reconstruction]);
    }

    [Fact]
    public void An_unsupported_layer_is_reported_with_the_remedy()
    {
        using var model = new Custom(new CustomArchitecture(new(1, 4, 4), 2), nn.Sequential(nn.Flatten(), nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 2))), nn.Sequential(nn.Linear(2, 16), nn.Unflatten(1, [1, 4, 4])));
        var error = Assert.Throws<NotSupportedException>(() => OnnxFile.ToBytes(model, OnnxPart.Encoder));
        Assert.Contains("'encoder.1.0' (LayerNorm)", error.Message, StringComparison.Ordinal);
        Assert.Contains("IOnnxLayer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_writes_itself_and_weights_that_it_uses_twice_are_stored_once()
    {
        using var model = new Tied(new CustomArchitecture(new(1, 20, 20), 8));
        using var session = Session(model, OnnxPart.Whole, new OnnxFileOptions());
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = rand(model.ImageShape.Batch(5));
        var all = Run(session, OnnxFile.Pixels, images.flatten(1));
        AssertEqual(model.Encode(images), all[OnnxFile.Latent]);
        AssertEqual(model.call(images).flatten(1), all[OnnxFile.Reconstruction]);
        Assert.InRange(OnnxFile.ToBytes(model, OnnxPart.Whole).Length, 400 * 8 * 4, 400 * 8 * 4 + 2000);
    }

    [SkippableFact]
    public void The_checker_of_the_specification_finds_nothing()
    {
        using var folder = new TemporaryFolder();
        List<string> files = [];
        foreach (var architecture in (AutoencoderArchitecture[])[new ConvolutionalArchitecture(new(3, 17, 12)), new DenseArchitecture(new(1, 28, 28))])
            foreach (var part in Enum.GetValues<OnnxPart>())
            {
                using var model = architecture.Build();
                files.Add(folder.File($"{files.Count}.onnx"));
                OnnxFile.Save(model, files[^1], part, new OnnxFileOptions { Threshold = part == OnnxPart.Whole ? 0.1f : null });
            }
        const string Program = """
            import sys
            try:
                import onnx
            except ImportError:
                sys.exit(77)
            for file in sys.argv[1:]:
                onnx.checker.check_model(onnx.load(file), full_check=True)
            """;
        var (exitCode, errors) = Python.Run(["-c", Program, .. files]);
        Skip.If(exitCode == 77, "The Python package onnx (Debian: python3-onnx) is not there.");
        Assert.True(exitCode == 0, errors);
    }

    [Fact]
    public void A_graph_that_computes_something_else_is_not_written()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.onnx");
        File.WriteAllText(path, "what was there");
        using var model = new Halved(new CustomArchitecture(new(1, 4, 4), 2));
        var error = Assert.Throws<InvalidOperationException>(() => OnnxFile.Save(model, path, OnnxPart.Encoder));
        Assert.Contains("Latent differs by", error.Message, StringComparison.Ordinal);
        Assert.Contains("WriteEncoder", error.Message, StringComparison.Ordinal);
        Assert.Equal("what was there", File.ReadAllText(path));
    }

    [Theory]
    [InlineData(OnnxPart.Encoder, 0.1f)]
    [InlineData(OnnxPart.Whole, -0.1f)]
    [InlineData(OnnxPart.Whole, float.NaN)]
    public void An_invalid_threshold_is_refused(OnnxPart part, float threshold)
    {
        using var model = new DenseArchitecture(new(1, 2, 2)) { HiddenSizes = [] }.Build();
        Assert.Throws<ArgumentException>(() => OnnxFile.ToBytes(model, part, new OnnxFileOptions { Threshold = threshold }));
    }

    [Fact]
    public void The_mode_of_the_model_does_not_change()
    {
        using var model = new DenseArchitecture(new(1, 2, 2)) { HiddenSizes = [4] }.Build();
        model.train();
        OnnxFile.ToBytes(model, OnnxPart.Whole);
        Assert.True(model.training);
    }

    /// <summary>Sets weights and running statistics like those of a trained model, in evaluation mode.</summary>
    private static Autoencoder Trained(AutoencoderArchitecture architecture)
    {
        manual_seed(1);
        var model = architecture.Build();
        using var images = new TensorExamples(rand(model.ImageShape.Batch(64)));
        new AutoencoderTrainer(model, new TrainingOptions { Epochs = 3, BatchSize = 16, Seed = 1, LearningRate = 1e-2 }).Train(images);
        return model;
    }

    private static InferenceSession Session(Autoencoder model, OnnxPart part, OnnxFileOptions options) => new(OnnxFile.ToBytes(model, part, options));

    private static Dictionary<string, (double[] Values, long[] Shape)> Run(InferenceSession session, string input, Tensor values)
    {
        var tensor = new DenseTensor<float>(values.contiguous().data<float>().ToArray(), [.. values.shape.Select(size => (int)size)]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(input, tensor)]);
        return results.ToDictionary(r => r.Name, r => (r.AsTensor<float>().Select(value => (double)value).ToArray(), r.AsTensor<float>().Dimensions.ToArray().Select(size => (long)size).ToArray()));
    }

    private static void AssertEqual(Tensor expected, (double[] Values, long[] Shape) actual)
    {
        Assert.Equal(expected.shape, actual.Shape);
        var values = expected.Doubles();
        TensorValues.AssertClose(values, actual.Values, 1e-5 * values.Max(Math.Abs));
    }

    private sealed record CustomArchitecture(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
    {
        public override Autoencoder Build() => throw new NotSupportedException();
    }

    private sealed class Custom : Autoencoder
    {
        private readonly nn.Module<Tensor, Tensor> _encoder;
        private readonly nn.Module<Tensor, Tensor> _decoder;

        public Custom(CustomArchitecture architecture, Sequential encoder, Sequential decoder)
            : base(nameof(Custom), architecture)
        {
            (_encoder, _decoder) = (encoder, decoder);
            register_module("encoder", encoder);
            register_module("decoder", decoder);
        }

        public override Tensor Encode(Tensor images) => _encoder.call(images);

        public override Tensor Decode(Tensor latent) => _decoder.call(latent);
    }

    /// <summary>Decodes with the layer that it encodes with.</summary>
    private sealed class Tied : Autoencoder
    {
        private readonly Linear _encoder;

        public Tied(CustomArchitecture architecture)
            : base(nameof(Tied), architecture)
        {
            _encoder = nn.Linear(architecture.ImageShape.Size, architecture.LatentSize);
            register_module("encoder", _encoder);
        }

        public override Tensor Encode(Tensor images) => _encoder.call(images.flatten(1));

        public override Tensor Decode(Tensor latent) => latent.matmul(_encoder.weight).sigmoid().reshape(ImageShape.Batch(latent.shape[0]));

        protected internal override OnnxValue WriteEncoder(OnnxGraph graph, OnnxValue images) => graph.Apply(_encoder, graph.Reshape(images, 0, ImageShape.Size), "encoder");

        protected internal override OnnxValue WriteDecoder(OnnxGraph graph, OnnxValue latent) => graph.Reshape(
            graph.Add("Sigmoid", [graph.Add("MatMul", [latent, graph.Constant(_encoder.weight!)])]), 0, ImageShape.Channels, ImageShape.Height, ImageShape.Width);
    }

    /// <summary>Computes more than its layers, but does not override WriteEncoder.</summary>
    private sealed class Halved : Autoencoder
    {
        private readonly nn.Module<Tensor, Tensor> _encoder = nn.Sequential(nn.Flatten(), nn.Linear(16, 2));

        public Halved(CustomArchitecture architecture)
            : base(nameof(Halved), architecture) => register_module("encoder", _encoder);

        public override Tensor Encode(Tensor images) => _encoder.call(images) / 2;

        public override Tensor Decode(Tensor latent) => throw new NotSupportedException();
    }
}
