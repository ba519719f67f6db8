using System.IO.Compression;
using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Internals;

[Trait("Pace", "slow")]
public class WithoutLibtorchTests
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample");
    // What needs no libtorch comes first.
    private static readonly string[] ManagedTouches = ["data", "view", "idx"];
    private static readonly string[] Touches = ["tensor", "model", "options", "device", "file", "estimator", "transformer"];

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
            [$"data: {labels.Length}", $"view: {chosen.Sum(image => image.Sum(b => b))} {bags + 2 * trousers}", $"idx: {images[0].Sum(b => b)} 1"],
            Run([])[..ManagedTouches.Length]);
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
    public void It_takes_the_libtorch_of_a_folder_that_is_named()
    {
        Assert.All(Touch(new() { ["FASHIONAE_LIBTORCH"] = OtherProgram.Libtorch }), line => Assert.DoesNotContain("DllNotFoundException", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_libtorch_is_named_with_the_remedy()
    {
        var folder = Directory.CreateTempSubdirectory("without-libtorch-").FullName;
        Assert.All(Touch(new() { ["FASHIONAE_LIBTORCH"] = folder }), line =>
            Assert.Contains($": DllNotFoundException: FASHIONAE_LIBTORCH must name the folder of a libtorch, such as torch/lib of an installed PyTorch, and {folder}/libc10.so could not be loaded.", line, StringComparison.Ordinal));
        Directory.Delete(folder);
    }

    [Fact]
    public void A_program_with_a_libtorch_of_its_own_takes_no_other()
    {
        var lines = LoadRotation(new() { ["FASHIONAE_LIBTORCH"] = "/opt/torch/lib" }, 1);
        Assert.Contains("DllNotFoundException: FASHIONAE_LIBTORCH names /opt/torch/lib, but the program brings a libtorch of its own", string.Concat(lines), StringComparison.Ordinal);
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
        var lines = OtherProgram.Run("WithoutLibtorch", 0, [], [Path.Combine(AppContext.BaseDirectory, "sample"), model]);
        File.Delete(model);
        File.Delete(Path.ChangeExtension(model, ".png"));

        // An error of 0.5 everywhere: 0.25, 10 log10(1 / 0.25), and of similarity the constant against 0.25 of luminance.
        Assert.Equal(
            [
                "noise: 0.50", "scaling: 0.20", "scoring: 0.2500 6.0206 0.0004", "error map: 0.25", "evaluation: 0.2500",
                "drawing: 128", "converting: 0.50", "loading: 0.50",
                "model file: Microsoft.ML.Data.TransformerChain`1[Microsoft.ML.ITransformer]", "its rotation's schema: Vector<Single, 144>",
                "its scoring part: 0.50",
            ],
            lines[..^2]);
        Assert.Equal(["its rotation", "its rotation of a row"], lines[^2..].Select(line => line.Split(':')[0]));
        Assert.All(lines[^2..], NamesThePackages);
    }

    private static void NamesThePackages(string line)
    {
        Assert.Contains(": DllNotFoundException: ", line, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", line, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cuda-linux", line, StringComparison.Ordinal);
    }

    /// <summary>Another program, which brings a libtorch, loads a model and applies it to a black image.</summary>
    private static string[] LoadRotation(Dictionary<string, string> variables, int expectedExitCode)
    {
        var ml = new MLContext(seed: 1);
        var view = ml.Data.LoadFromEnumerable([new { Pixels = new float[144] }]);
        var (model, image) = (Path.GetTempFileName(), Path.GetTempFileName());
        var options = new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Shape = Images.Shape };
        ml.Model.Save(ml.Transforms.RotateImages("Code", "Pixels", options).Fit(view), view.Schema, model);
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

    private static string[] Touch(Dictionary<string, string> variables) => Run(variables)[ManagedTouches.Length..];

    private static string[] Run(Dictionary<string, string> variables)
    {
        string[] touches = [.. ManagedTouches, .. Touches];
        var lines = OtherProgram.Run("WithoutLibtorch", 0, variables, [Sample])[^touches.Length..];
        Assert.Equal(touches, lines.Select(line => line.Split(':')[0]));
        return lines;
    }
}
