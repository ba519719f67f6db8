using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Native;

public class WithoutLibtorchTests
{
    private static readonly string[] Touches = ["data", "model", "options", "device", "file", "estimator", "transformer"];

    [Fact]
    public void A_program_that_references_no_libtorch_is_told_which_packages_have_it_at_whatever_it_touches_first()
    {
        var lines = Touch([]);
        Assert.All(lines, line =>
        {
            Assert.Contains(": DllNotFoundException: ", line, StringComparison.Ordinal);
            Assert.Contains("TorchSharp-cpu", line, StringComparison.Ordinal);
            Assert.Contains("TorchSharp-cuda-linux", line, StringComparison.Ordinal);
        });
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
        var ml = new MLContext(seed: 1);
        var view = ml.Data.LoadFromEnumerable([new { Pixels = new float[784] }]);
        var file = Path.GetTempFileName();
        ml.Model.Save(ml.Transforms.AddGaussianNoise("Pixels").Fit(view), view.Schema, file);
        var lines = OtherProgram.Run("Loader", 1, new() { ["FASHIONAE_LIBTORCH"] = "/opt/torch/lib" }, [file, file]);
        Assert.Contains("DllNotFoundException: FASHIONAE_LIBTORCH names /opt/torch/lib, but the program brings a libtorch of its own", string.Concat(lines), StringComparison.Ordinal);
        File.Delete(file);
    }

    private static string[] Touch(Dictionary<string, string> variables)
    {
        var lines = OtherProgram.Run("WithoutLibtorch", 0, variables, [Path.Combine(AppContext.BaseDirectory, "sample")]);
        Assert.Equal(Touches, lines.Select(line => line.Split(':')[0]));
        return lines;
    }
}
