using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Engines;

/// <summary>
/// Tests that both engines have the same outputs up to rounding, and that the bits of ONNX Runtime do not depend on how it is called.
/// </summary>
[Trait("Pace", "slow")]
public sealed class EqualEnginesTests : IDisposable
{
    private const int Count = 300;

    private static readonly ImageShape[] Shapes = [FashionMnist.Shape, new(3, 11, 13)];

    private readonly MLContext _ml = new(1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public static TheoryData<AutoencoderArchitecture> Networks => [.. Shapes.SelectMany(shape => new AutoencoderArchitecture[]
    {
        new DenseArchitecture(shape, 1), new DenseArchitecture(shape, 2), new DenseArchitecture(shape, 16) { HiddenSizes = [33, 17] },
        new ConvolutionalArchitecture(shape, 1), new ConvolutionalArchitecture(shape, 2), new ConvolutionalArchitecture(shape, 16) { Channels = [3, 5] },
        new TiedArchitecture(shape, 1), new TiedArchitecture(shape, 16),
    })];

    public static TheoryData<AutoencoderArchitecture> LargeNetworks =>
        [new DenseArchitecture(FashionMnist.Shape), new ConvolutionalArchitecture(FashionMnist.Shape), new TiedArchitecture(FashionMnist.Shape)];

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Networks))]
    public void Outputs_differ_by_rounding_alone(AutoencoderArchitecture architecture)
    {
        Save(architecture);
        var images = Images(architecture.InputShape);
        images[3].Pixels[7] = float.NaN;
        images[200].Pixels[^1] = float.PositiveInfinity;
        images[100].Target[0] = float.NaN;
        using var libtorch = Load(ScoringEngine.LibTorch, 256);
        var expected = Outputs(libtorch, images);
        foreach (var batchSize in new[] { 1, 7, 256 })
        {
            using var onnxRuntime = Load(ScoringEngine.OnnxRuntime, batchSize);
            foreach (var (column, actual) in Outputs(onnxRuntime, images))
                AssertClose(expected[column], actual, column);
        }
    }

    [Theory]
    [MemberData(nameof(LargeNetworks))]
    public void ONNX_Runtime_gives_an_image_the_same_bits_in_every_batch_and_on_every_thread(AutoencoderArchitecture architecture)
    {
        Save(architecture);
        var images = Images(architecture.InputShape);
        using var transformer = Load(ScoringEngine.OnnxRuntime, 256);
        var expected = Outputs(transformer, images);
        Assert.Equal(expected, Outputs(transformer, images));
        Parallel.ForEach([1, 7, 64, 65, 300], batchSize =>
        {
            using var other = Load(ScoringEngine.OnnxRuntime, batchSize);
            Assert.Equal(expected, Outputs(other, images));
        });
        Parallel.For(0, 4, i =>
        {
            using var engine = _ml.Model.CreatePredictionEngine<Image, Code>(transformer, new PredictionEngineOptions { OwnsTransformer = false });
            Assert.Equal(expected["Code"], images.SelectMany(image => engine.Predict(image).Values));
        });
    }

    [Fact]
    public void Detectors_give_the_same_verdicts_unless_the_threshold_is_within_rounding_of_the_score()
    {
        var rows = Support.Images.Rows(200, 6);
        var data = _ml.Data.LoadFromEnumerable(rows);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.9)).Fit(Support.Images.View(_ml, 100));
        bool[] Verdicts(ScoringEngine engine, float threshold)
        {
            using var other = detector.WithThreshold(threshold);
            other.ScoringEngine = engine;
            return [.. other.Transform(data).GetColumn<bool>("PredictedLabel")];
        }

        var scores = detector.Transform(data).GetColumn<float>("Score").Order().ToArray();
        var between = scores.Zip(scores.Skip(1)).Where(pair => pair.Second - pair.First > 1e-5 * pair.Second).ToArray();
        Assert.InRange(between.Length, 100, scores.Length);
        foreach (var (low, high) in between.Where((_, i) => i % 10 == 0))
        {
            var verdicts = Verdicts(ScoringEngine.LibTorch, (low + high) / 2);
            Assert.Equal(scores.Count(score => score >= high), verdicts.Count(verdict => verdict));
            Assert.Equal(verdicts, Verdicts(ScoringEngine.OnnxRuntime, (low + high) / 2));
        }
    }

    private static void AssertClose(float[] expected, float[] actual, string column)
    {
        Assert.Equal(expected.Select(float.IsNaN), actual.Select(float.IsNaN));
        var (missing, largest) = (expected.Count(float.IsNaN), expected.Where(float.IsFinite).Max(Math.Abs));
        Assert.Equal((column is "Code" or "Clean" ? 2 : 3) * expected.Length / Count, missing);
        var tolerance = column switch { "Psnr" => 1e-3, "Ssim" => 1e-5, _ => 1e-5 * largest };
        Assert.All(expected.Zip(actual).Where(pair => !float.IsNaN(pair.First)), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    /// <summary>Images of random gray rectangles with noise, and targets without the noise.</summary>
    private static Image[] Images(InputShape shape)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, Count).Select(_ =>
        {
            var (begin, end, gray) = (random.Next(shape.Size / 2), shape.Size - random.Next(shape.Size / 2), random.NextSingle());
            var target = Enumerable.Range(0, shape.Size).Select(i => i >= begin && i < end ? gray : 0).ToArray();
            return new Image { Target = target, Pixels = Array.ConvertAll(target, pixel => Math.Clamp(pixel + 0.3f * (random.NextSingle() - 0.5f), 0, 1)) };
        })];
    }

    private void Save(AutoencoderArchitecture architecture)
    {
        using var network = architecture.Build(5);
        AutoencoderFile.Save(network, _path);
    }

    private AutoencoderTransformer Load(ScoringEngine engine, int batchSize)
    {
        var options = Models.Applied(batchSize);
        (options.TargetColumnName, options.ScoringEngine) = ("Target", engine);
        return _ml.Transforms.ApplyAutoencoder(_path, options).Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Image>()));
    }

    private Dictionary<string, float[]> Outputs(AutoencoderTransformer transformer, Image[] images)
    {
        var view = transformer.Transform(_ml.Data.LoadFromEnumerable(images));
        return view.Schema.Skip(2).ToDictionary(column => column.Name, column => column.Type is VectorDataViewType
            ? view.GetColumn<float[]>(column).SelectMany(values => values).ToArray()
            : [.. view.GetColumn<float>(column)]);
    }

    private sealed class Image
    {
        public float[] Pixels { get; set; } = [];

        public float[] Target { get; set; } = [];
    }

    private sealed class Code
    {
        [ColumnName("Code")]
        public float[] Values { get; set; } = [];
    }
}
