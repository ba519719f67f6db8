using System.Globalization;
using System.Security.Cryptography;
using FashionAE.MLNet.Tests.House;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Engines;

/// <summary>Tests a program that references ONNX Runtime but not libtorch.</summary>
[Trait("Pace", "slow")]
public sealed class OnnxRuntimeAloneTests : IDisposable
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample");
    private static readonly Dictionary<string, string> WithLibtorch = new() { ["FASHIONAE_LIBTORCH"] = OtherProgram.Libtorch };

    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-alone-").FullName;

    public OnnxRuntimeAloneTests() => Run(WithLibtorch, "save", _folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_scores_every_model_file_that_is_kept_for_the_tests_and_a_network_of_its_own_as_libtorch_does()
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(Path.Combine(SourceProject.Root, "tests"), "*.*", SearchOption.AllDirectories).Where(IsModel).Order(StringComparer.Ordinal),
            Path.Combine(_folder, "own.zip"), OfVectors(),
        ];
        Assert.InRange(files.Length, 5, 1000);
        var expected = Run(WithLibtorch, ["score", "LibTorch", Sample, .. files]);
        var actual = Run([], ["score", "Auto", Sample, .. files]);
        Assert.Equal(files.Select(Path.GetFileName), actual.Select(line => line.Split(':')[0]));
        foreach (var (a, b) in expected.Select(Numbers).Zip(actual.Select(Numbers)))
        {
            // Five images are scored, in a view and row by row.
            Assert.True(a.Length > 0 && a.Length % 10 == 0);
            Assert.Equal(a.Length, b.Length);
            Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * a.Max(Math.Abs)));
        }
    }

    [Fact]
    public void A_custom_network_without_ONNX_models_needs_libtorch_and_says_so_when_it_is_loaded()
    {
        string[] files = [Path.Combine(_folder, "unwritable.zip"), Path.Combine(_folder, "own.safetensors")];
        var lines = Run([], ["score", "Auto", Sample, .. files]);
        Assert.All(files.Zip(lines), pair => Assert.StartsWith(
            $"{Path.GetFileName(pair.First)}: DllNotFoundException: OwnArchitecture is a custom network, and the file has no ONNX models of it:"
            + " only libtorch can compute it. libtorch was not found: the program must reference the package ",
            pair.Second, StringComparison.Ordinal));
        Assert.All(Run(WithLibtorch, ["score", "Auto", Sample, .. files]).Select(Numbers), values => Assert.Equal(30, values.Length));
    }

    [Fact]
    public void A_custom_network_whose_ONNX_models_cannot_be_used_says_why_when_it_is_loaded()
    {
        var file = Path.Combine(_folder, "own.zip");
        ModelZip.Replace(file, "Encoder.onnx", _ => [1]);
        ModelZip.Replace(file, "Decoder.onnx", _ => [2]);
        ModelZip.ChangeSettings(file, "\"OnnxSha256\":\"[0-9A-F]*\"", $"\"OnnxSha256\":\"{Convert.ToHexString(SHA256.HashData([1, 2]))}\"");
        Assert.StartsWith(
            "own.zip: InvalidDataException: ONNX Runtime does not support the network: ",
            Assert.Single(Run([], "score", "Auto", Sample, file)), StringComparison.Ordinal);
    }

    [Fact]
    public void Components_that_need_libtorch_say_so_and_all_others_work()
    {
        var lines = Run([], "touch", Sample, Directory.EnumerateFiles(Path.Combine(SourceProject.Root, "tests", "FashionAE.MLNet.Tests", "Golden"), "detector*.zip").Single());
        Assert.Equal(["noise: 5", "scale: 5", "draw: 5", "score: 5", "evaluate: 0", "save: saved"], lines[..6]);
        Assert.Equal(["rotate", "options", "train", "module", "libtorch"], lines[6..].Select(line => line.Split(':')[0]));
        Assert.All(lines[6..], line => Assert.Contains(": DllNotFoundException: libtorch was not found: the program must reference the package ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_detector_gives_the_verdicts_that_it_gives_with_libtorch(bool isConvolutional)
    {
        var ml = new MLContext(1);
        var garments = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Sample);
        var options = Models.WholeDetector();
        (options.IsErrorMapWeighted, options.ScoringEngine, options.Threshold) = (true, ScoringEngine.LibTorch, AnomalyThreshold.HeldOutQuantile(0.5));
        options.Architecture = isConvolutional
            ? new ConvolutionalArchitecture(FashionMnist.Shape, 4) { Channels = [4, 8] }
            : new DenseArchitecture(FashionMnist.Shape, 4) { HiddenSizes = [32] };
        using var detector = ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(garments);
        var path = Path.Combine(_folder, "detector.zip");
        ml.Model.Save(detector, garments.Schema, path);
        var size = FashionMnist.Shape.Size;
        var judged = Run([], "judge", Sample, path).Select(line => Array.ConvertAll(line.Split(' '), number => float.Parse(number, CultureInfo.InvariantCulture)))
            .Select(numbers => new Judged
            {
                Score = numbers[0],
                Probability = numbers[1],
                PredictedLabel = numbers[2] == 1,
                Where = numbers[3..(3 + size)],
                Mask = Array.ConvertAll(numbers[(3 + size)..], number => number == 1),
            }).ToArray();
        Judged.AssertClose(detector, Judged.All(detector, ml.Data.TakeRows(garments, 5)), judged, 1e-3);
    }

    private string OfVectors()
    {
        var path = Path.Combine(_folder, "vectors.safetensors");
        using var model = new VectorArchitecture(3, 50) { MissingValues = MissingValues.Mask, Activation = ActivationKind.Gelu }.Build(1);
        using var rows = TorchSharp.torch.rand([20, 50]);
        using var examples = new TensorExamples(rows);
        new AutoencoderTrainer(model, new TrainingOptions { Epochs = 1, Seed = 1 }).Train(examples);
        AutoencoderFile.Save(model, path);
        return path;
    }

    // Other test files contain no autoencoder.
    private static bool IsModel(string path) => (Path.GetExtension(path) == ".zip" && Path.GetFileName(Path.GetDirectoryName(path)) == "Golden")
        || (Path.GetExtension(path) == ".safetensors" && File.ReadAllText(path).Contains("fashionae.architecture", StringComparison.Ordinal));

    private static float[] Numbers(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(number => float.Parse(number, CultureInfo.InvariantCulture))];

    private static string[] Run(Dictionary<string, string> variables, params string[] arguments) => OtherProgram.Run("WithOnnxRuntime", 0, variables, arguments);
}
