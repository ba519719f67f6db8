using System.IO.Compression;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Internals;

[Trait("Pace", "slow")]
public sealed class WithoutLibtorchTests : IDisposable
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample");
    // Components that do not need libtorch come first.
    private static readonly string[] ManagedTouches = ["data", "view", "idx", "noise"];
    private static readonly string[] Touches = ["tensor", "model", "options", "device", "file", "estimator", "scoring"];
    // ONNX Runtime comes last: it needs a library, but not libtorch.
    private static readonly string[] All = [.. ManagedTouches, .. Touches, "onnx"];

    private readonly string _model = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public WithoutLibtorchTests()
    {
        using var network = new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8] }.Build(1);
        AutoencoderFile.Save(network, _model);
    }

    public void Dispose() => File.Delete(_model);

    [Fact]
    public void A_program_that_references_no_libtorch_is_told_which_packages_have_it_at_whatever_it_touches_first()
    {
        Assert.All(Touch([]), NamesThePackages);
    }

    [Fact]
    public void Data_sets_and_their_views_need_no_libtorch()
    {
        var (images, labels) = (Unpacked("t10k-images-idx3-ubyte.gz", 16).Chunk(784).ToArray(), Unpacked("t10k-labels-idx1-ubyte.gz", 8));
        var (bags, trousers) = (labels.Count(label => label == 8), labels.Count(label => label == 1));
        Assert.True(bags > 0 && trousers > 0 && images[0].Sum(b => b) > 0);
        var chosen = images.Where((_, i) => labels[i] is 8 or 1);
        Assert.Equal(
            [$"data: {labels.Length}", $"view: {chosen.Sum(image => image.Sum(b => b))} {bags + 2 * trousers}", $"idx: {images[0].Sum(b => b)} 1", "noise: 1"],
            Run([])[..ManagedTouches.Length]);
    }

    [Fact]
    public void Where_nothing_can_score_both_packages_are_named()
    {
        var lines = Run([]);
        Assert.StartsWith(
            $"scoring: DllNotFoundException: Scoring needs ONNX Runtime or libtorch, and neither is available. {NoOnnxRuntime} libtorch was not found: the program must",
            lines[^2], StringComparison.Ordinal);
        Assert.Equal($"onnx: DllNotFoundException: {NoOnnxRuntime}", lines[^1]);
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { "broken", "could not be loaded|file too short|invalid ELF header" },
        { "foreign", "Unable to find an entry point named 'OrtGetApiBase'" },
        { "old", "does not support API version" },
        { "incomplete", "libneeded_by_it.so: cannot open shared object file|libneeded_by_it.so: No such file" },
    };

    [SkippableTheory]
    [MemberData(nameof(Unusable))]
    public void An_ONNX_Runtime_that_cannot_be_used_is_a_warning_where_libtorch_scores_and_else_the_reason(string kind, string reason)
    {
        using var folder = new ForeignOnnxRuntime(kind);
        var refusal = $"ONNX Runtime cannot be used [(].*({reason}).*[)]: the program must reference the package Microsoft.ML.OnnxRuntime ";
        var lines = Run(folder.Variables);
        Assert.Matches($"^scoring: DllNotFoundException: Scoring needs .* {refusal}.* libtorch was not found: ", lines[^2]);
        Assert.Matches($"^onnx: DllNotFoundException: {refusal}", lines[^1]);
        // Two views of one model warn once.
        lines = Run(new(folder.Variables) { ["FASHIONAE_LIBTORCH"] = OtherProgram.Libtorch });
        Assert.Matches($"^scoring: 2 [[]Source=[^]]*[]] {refusal}[0-9.]+[.] libtorch scores instead[.]$", lines[^2]);
    }

    [Fact]
    public void A_libtorch_that_the_system_happens_to_have_is_not_used()
    {
        using var foreign = new ForeignLibtorch();
        Assert.All(Touch(foreign.Variables), NamesThePackages);
    }

    [Fact]
    public void Nor_is_it_used_after_TorchSharp_has_tried_it()
    {
        using var foreign = new ForeignLibtorch();
        Assert.All(Touch(new(foreign.Variables) { ["TOUCH_TORCHSHARP_FIRST"] = "1" }), NamesThePackages);
    }

    [Fact]
    public void A_libtorch_that_the_system_happens_to_have_does_not_mix_with_the_program_s_own()
    {
        using var foreign = new ForeignLibtorch();
        Assert.Equal(2, LoadRotation(foreign.Variables, 0).Length);
    }

    [Fact]
    public void It_uses_the_libtorch_of_a_specified_folder()
    {
        var lines = Touch(new() { ["FASHIONAE_LIBTORCH"] = OtherProgram.Libtorch });
        Assert.All(lines, line => Assert.DoesNotContain("DllNotFoundException", line, StringComparison.Ordinal));
        // A missing ONNX Runtime is no reason for a warning.
        Assert.Equal("scoring: 2", lines[^1]);
    }

    [Fact]
    public void A_folder_without_libtorch_is_named_with_the_remedy()
    {
        var folder = Directory.CreateTempSubdirectory("without-libtorch-").FullName;
        Assert.All(Touch(new() { ["FASHIONAE_LIBTORCH"] = folder }), line =>
            Assert.Contains($"FASHIONAE_LIBTORCH must specify the folder of a libtorch, such as torch/lib of an installed PyTorch, and {folder}/libc10.so could not be loaded.", line, StringComparison.Ordinal));
        Directory.Delete(folder);
    }

    [Fact]
    public void A_program_that_contains_libtorch_uses_no_other()
    {
        var lines = LoadRotation(new() { ["FASHIONAE_LIBTORCH"] = "/opt/torch/lib" }, 1);
        Assert.Contains("DllNotFoundException: FASHIONAE_LIBTORCH specifies /opt/torch/lib, but the program includes a libtorch", string.Concat(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Components_that_need_no_network_compute_without_libtorch_and_rotation_alone_refuses_once_it_has_to()
    {
        var ml = new MLContext(seed: 1);
        var model = Path.GetTempFileName();
        var view = ml.Data.LoadFromEnumerable([new { Gray = new float[144] }]);
        var options = new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Shape = Images.Shape };
        var chain = new EstimatorChain<ITransformer>().Append(ml.Transforms.RotateImages("Turned", "Gray", options), TransformerScope.Training)
            .Append(ml.Transforms.AddGaussianNoise("Noisy", "Gray", standardDeviation: 0));
        ml.Model.Save(chain.Fit(view), view.Schema, model);
        var lines = OtherProgram.Run("WithoutLibtorch", 0, [], [Path.Combine(AppContext.BaseDirectory, "sample"), "", model]);
        File.Delete(model);
        File.Delete(Path.ChangeExtension(model, ".png"));

        // An error of 0.5 everywhere: 0.25, 10 log10(1 / 0.25), and for the similarity the constant relative to a luminance of 0.25.
        Assert.Equal(
            [
                "noise: 0.50", "scaling: 0.20", "scoring: 0.2500 6.0206 0.0004", "error map: 0.25", "evaluation: 0.2500",
                "drawing: 128", "converting: 0.50", "loading: 0.50", "decoding: 0.50",
                "model file: Microsoft.ML.Data.TransformerChain`1[Microsoft.ML.ITransformer]", "its rotation's schema: Vector<Single, 144>",
                "its scoring part: 0.50",
            ],
            lines[..^2]);
        Assert.Equal(["its rotation", "its rotation of a row"], lines[^2..].Select(line => line.Split(':')[0]));
        Assert.All(lines[^2..], NamesThePackages);
    }
    private static string NoOnnxRuntime =>
        $"ONNX Runtime was not found: the program must reference the package Microsoft.ML.OnnxRuntime {typeof(Microsoft.ML.OnnxRuntime.InferenceSession).Assembly.GetName().Version!.ToString(3)}.";

    private static void NamesThePackages(string line)
    {
        Assert.Contains(": DllNotFoundException: ", line, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", line, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cuda-linux", line, StringComparison.Ordinal);
    }

    /// <summary>Runs another program that contains libtorch, loads a model and applies it to a black image.</summary>
    private static string[] LoadRotation(Dictionary<string, string> variables, int expectedExitCode)
    {
        var ml = new MLContext(seed: 1);
        var view = ml.Data.LoadFromEnumerable([new { Pixels = new float[144] }]);
        var (model, image) = (Path.GetTempFileName(), Path.GetTempFileName());
        var options = new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Shape = Images.Shape };
        var rotate = ml.Transforms.RotateImages("Code", "Pixels", options);
        ml.Model.Save(rotate.Fit(view), view.Schema, model);
        File.WriteAllBytes(image, new byte[144 * sizeof(float)]);
        var lines = OtherProgram.Run("Loader", expectedExitCode, variables, [model, image]);
        File.Delete(model);
        File.Delete(image);
        return lines;
    }

    private static byte[] Unpacked(string name, int headerLength)
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(Sample, name)), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray()[headerLength..];
    }

    private string[] Touch(Dictionary<string, string> variables) => Run(variables)[ManagedTouches.Length..^1];

    private string[] Run(Dictionary<string, string> variables)
    {
        var lines = OtherProgram.Run("WithoutLibtorch", 0, variables, [Sample, _model])[^All.Length..];
        Assert.Equal(All, lines.Select(line => line.Split(':')[0]));
        return lines;
    }
}
