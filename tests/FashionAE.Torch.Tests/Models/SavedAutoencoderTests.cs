using System.Diagnostics;
using System.Security.Cryptography;
using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

/// <summary>A model file is read, checked and written as ONNX without a network.</summary>
public sealed class SavedAutoencoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<AutoencoderArchitecture> Architectures =>
    [
        new ConvolutionalArchitecture(FashionMnist.Shape),
        new ConvolutionalArchitecture(new(3, 17, 12), LatentSize: 1) { Channels = [5, 9] },
        new ConvolutionalArchitecture(new(2, 1, 5), LatentSize: 64) { Channels = [1] },
        new DenseArchitecture(FashionMnist.Shape),
        new DenseArchitecture(new(3, 5, 7), LatentSize: 1) { HiddenSizes = [33, 8], Dropout = [0.5] },
        new DenseArchitecture(new(1, 4, 3), LatentSize: 64) { HiddenSizes = [], Dropout = [0.5] },
    ];

    private string ModelPath => _folder.File("model");

    [Theory]
    [MemberData(nameof(Architectures))]
    public void The_graph_of_a_file_is_that_of_the_built_network_to_the_byte(AutoencoderArchitecture architecture)
    {
        using var model = ModelState.BuildUsed(architecture);
        AutoencoderFile.Save(model, ModelPath);
        var saved = SavedAutoencoder.Of(SafeTensorsFile.Read(ModelPath), ModelPath);
        Assert.Equal(architecture, saved.Architecture);
        foreach (var part in Enum.GetValues<OnnxPart>())
            foreach (var isFlat in new[] { true, false })
            {
                var options = new OnnxFileOptions { FlatImages = isFlat, Threshold = part == OnnxPart.Whole ? 0.25f : null, ClassNames = ["a"] };
                Assert.Equal(OnnxFile.ToBytes(model, part, options), OnnxFile.ToBytes(saved.Graph!, part, options));
            }
    }

    [Fact]
    public void A_custom_network_has_no_graph_before_it_is_built()
    {
        using var model = ModelState.BuildUsed(new LinearArchitecture(new ImageShape(1, 2, 3), 2));
        AutoencoderFile.Save(model, ModelPath);
        var saved = SavedAutoencoder.Of(SafeTensorsFile.Read(ModelPath), ModelPath);
        Assert.Null(saved.Graph);
        using var built = saved.Build();
        Assert.Equal(ModelState.Of(model), ModelState.Of(built));
    }

    [Fact]
    public void A_network_is_saved_and_built_from_what_is_in_memory()
    {
        using var model = ModelState.BuildUsed(new DenseArchitecture(new ImageShape(1, 4, 3)) { HiddenSizes = [5] });
        var saved = SavedAutoencoder.Of(model);
        var before = ModelState.Of(model);
        using (no_grad())
            model.parameters().First().zero_();
        using var built = saved.Build();
        Assert.Equal(before, ModelState.Of(built));
        using var stream = new MemoryStream();
        saved.Write(stream);
        stream.Position = 0;
        using var loaded = AutoencoderFile.Load(stream);
        Assert.Equal(before, ModelState.Of(loaded));
        Assert.Equal(model.Architecture, loaded.Architecture);
    }

    [Fact]
    public void Names_shapes_types_and_values_are_checked_before_a_network_is_built()
    {
        using var scope = NewDisposeScope();
        InvalidDataException Refused(Action<Dictionary<string, Tensor>> change, Func<SavedAutoencoder, object> use)
        {
            using var whole = new DenseArchitecture(new ImageShape(1, 2, 3)) { HiddenSizes = [4] }.Build();
            var tensors = whole.state_dict();
            change(tensors);
            SafeTensorsFile.Write(ModelPath, StoredTensor.Of(tensors), ArchitectureDescription.Metadata(new Unbuildable(new ImageShape(1, 2, 3), 2)));
            return Assert.Throws<InvalidDataException>(() => use(SavedAutoencoder.Of(SafeTensorsFile.Read(ModelPath), ModelPath)));
        }

        foreach (var (change, clue) in new (Action<Dictionary<string, Tensor>>, string)[]
        {
            (tensors => tensors.Remove("encoder.1.weight"), "no tensor 'encoder.1.weight', which DenseAutoencoder needs"),
            (tensors => tensors["encoder.9.weight"] = zeros(1), "a tensor 'encoder.9.weight', which DenseAutoencoder does not know"),
            (tensors => tensors["decoder.1.running_var"] = ones(5), "'decoder.1.running_var' as [5]; DenseAutoencoder needs [4]"),
            (tensors => tensors["decoder.1.running_var"] = ones(4, ScalarType.Int32), "'decoder.1.running_var' as Int32; DenseAutoencoder needs Float32"),
            (tensors => tensors["encoder.1.bias"] = full(4, float.NaN), "values in 'encoder.1.bias' that are infinite or NaN"),
            (tensors => tensors["encoder.1.bias"] = full(4, 1e300, ScalarType.Float64), "'encoder.1.bias' (Float64) that are out of the range"),
        })
        {
            var message = Refused(change, _ => new object()).Message;
            Assert.StartsWith(ModelPath, message, StringComparison.Ordinal);
            Assert.Contains(clue, message, StringComparison.Ordinal);
        }
        // The tensors are accepted, but then the network cannot be built.
        Assert.Contains("from which no model can be built: It was built.", Refused(_ => { }, saved => saved.Build()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Weights_are_converted_to_the_precision_of_a_custom_network(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = ModelState.BuildUsed(new LinearArchitecture(new ImageShape(1, 2, 3), 2));
        AutoencoderFile.Save(model, ModelPath);
        using var other = ModelState.Build(new LinearArchitecture(new ImageShape(1, 2, 3), 2)).to(type);
        AutoencoderFile.LoadWeights(other, ModelPath);
        foreach (var (name, tensor) in other.state_dict())
            TensorValues.AssertSameBits(model.state_dict()[name].to(type), tensor);
    }

    [Fact]
    public void A_tensor_of_another_shape_is_refused_and_not_converted()
    {
        using var scope = NewDisposeScope();
        using var model = ModelState.Build(new ConvolutionalArchitecture(new ImageShape(1, 6, 6), 2) { Channels = [2] });
        var state = model.state_dict();
        state["encoder.0.bias"] = full(3, 1e300, ScalarType.Float64);
        SafeTensorsFile.Write(ModelPath, StoredTensor.Of(state), ArchitectureDescription.Metadata(model.Architecture));
        var error = Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(ModelPath));
        Assert.Contains("'encoder.0.bias' as [3]; ConvolutionalAutoencoder needs [2]", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Architectures))]
    [Trait("Pace", "slow")]
    public void From_a_file_to_its_graph_no_libtorch_is_loaded(AutoencoderArchitecture architecture)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/proc says what a process has loaded.");
        using var model = ModelState.BuildUsed(architecture);
        AutoencoderFile.Save(model, ModelPath);
        var (exitCode, output, errors) = ChildProcess.Run(new ProcessStartInfo("dotnet", [Program.Path, ModelPath]));
        Assert.True(exitCode == 0, errors);
        Assert.Equal([Hash(OnnxFile.ToBytes(model, OnnxPart.Whole)), "none"], output);
        // The libraries that were not found above are found here.
        Assert.NotEmpty(LoadedLibtorch());
    }

    /// <summary>Prints the hash of a model file's graph, and the libraries of libtorch that the process has loaded.</summary>
    internal static void WriteGraph(string path)
    {
        var saved = SavedAutoencoder.Of(SafeTensorsFile.Read(path), path);
        Console.WriteLine(Hash(OnnxFile.ToBytes(saved.Graph!, OnnxPart.Whole, new OnnxFileOptions())));
        Console.WriteLine(string.Join(' ', LoadedLibtorch().DefaultIfEmpty("none")));
    }

    public void Dispose() => _folder.Dispose();

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private static string[] LoadedLibtorch() => [.. File.ReadLines("/proc/self/maps").Select(line => Path.GetFileName(line))
        .Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) && name.Contains(".so", StringComparison.Ordinal)).Distinct()];

    /// <summary>Describes tensors, but cannot build a network.</summary>
    private sealed record Unbuildable(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
    {
        internal override NetworkParts Parts => new DenseArchitecture(ImageShape, LatentSize) { HiddenSizes = [4] }.Parts;

        public override Autoencoder Build() => throw new InvalidOperationException("It was built.");
    }
}
