using System.Globalization;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

/// <summary>
/// PyTorch, in examples/from_pytorch.py, reads files of FashionAE and writes files for it, and both compute the same codes.
/// </summary>
public class FromPyTorchTests
{
    private const int Count = 40;

    public static TheoryData<ConvolutionalArchitecture> Architectures =>
    [
        new ConvolutionalArchitecture(FashionMnist.Shape),
        new ConvolutionalArchitecture(FashionMnist.Shape, LatentSize: 5) { Channels = [16, 32] },
    ];

    [SkippableTheory]
    [MemberData(nameof(Architectures))]
    public void PyTorch_encodes_with_a_file_of_FashionAE(ConvolutionalArchitecture architecture)
    {
        RequirePyTorch();
        using var folder = new TemporaryFolder();
        using var model = ModelState.Build(architecture);
        // New weights give codes close to 0.
        using (no_grad())
            foreach (var parameter in model.parameters())
                parameter.mul_(2);
        AutoencoderFile.Save(model, folder.File("model.safetensors"));
        AssertSameCodes(folder, model);
    }

    [SkippableFact]
    public void FashionAE_encodes_with_a_file_of_PyTorch()
    {
        RequirePyTorch();
        using var folder = new TemporaryFolder();
        Run("create", folder.File("model.safetensors"), "--latent-size", "3");
        using var model = AutoencoderFile.Load(folder.File("model.safetensors"));
        Assert.Equal(3, Assert.IsType<ConvolutionalArchitecture>(model.Architecture).LatentSize);
        AssertSameCodes(folder, model);

        using var other = ModelState.Build(new ConvolutionalArchitecture(FashionMnist.Shape, LatentSize: 3), seed: 2);
        AutoencoderFile.LoadWeights(other, folder.File("model.safetensors"));
        Assert.Equal(ModelState.Of(model), ModelState.Of(other));

        var file = File.ReadAllBytes(folder.File("model.safetensors"));
        file[^1] ^= 1;
        var error = Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(folder.File("altered.safetensors", file)));
        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
    }

    private static void AssertSameCodes(TemporaryFolder folder, Autoencoder model)
    {
        Run("encode", folder.File("model.safetensors"), Path.Combine(TestFiles.Sample, "t10k-images-idx3-ubyte.gz"), folder.File("codes.csv"), "--count", $"{Count}");
        var lines = File.ReadAllLines(folder.File("codes.csv"));
        Assert.Equal(string.Join(',', Enumerable.Range(0, model.LatentSize).Select(i => $"Code.{i}")), lines[0]);
        var actual = lines.Skip(1).SelectMany(line => line.Split(',')).Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray();

        using var test = FashionMnist.Load(FashionMnistSplit.Test, TestFiles.Sample);
        using var images = test.Select([.. Enumerable.Range(0, Count).Select(i => (long)i)]);
        using var codes = model.EncodeAll(images);
        var expected = codes.data<float>().ToArray();
        Assert.Equal(Count * model.LatentSize, actual.Length);
        Assert.True(expected.Max() - expected.Min() > 0.01, "All codes are the same.");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static void RequirePyTorch() =>
        Skip.IfNot(Python.Run("-c", "import numpy, torch").ExitCode == 0, "The Python packages torch and numpy (Debian: python3-torch, python3-numpy) are not there.");

    private static void Run(params string[] arguments)
    {
        var (exitCode, errors) = Python.Run([Path.Combine(AppContext.BaseDirectory, "from_pytorch.py"), .. arguments]);
        Assert.True(exitCode == 0, errors);
    }
}
