using System.Text.Json;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

public sealed class AutoencoderFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Architectures => ["convolutional", "dense", "custom"];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_loaded_model_gives_the_bits_of_the_one_that_was_saved(string name)
    {
        using var scope = NewDisposeScope();
        using var model = ModelState.BuildUsed(Architecture(name));
        var images = rand([3, 2, 9, 13]);
        var path = _folder.File("model");
        AutoencoderFile.Save(model, path);
        using var fromFile = AutoencoderFile.Load(path);
        using var fromStream = AutoencoderFile.Load(TestFiles.ForwardOnly(File.ReadAllBytes(path)));
        foreach (var loaded in new[] { fromFile, fromStream })
        {
            Assert.Equal(model.GetType(), loaded.GetType());
            Assert.Equal(JsonSerializer.Serialize((object)model.Architecture), JsonSerializer.Serialize((object)loaded.Architecture));
            Assert.False(loaded.training);
            Assert.Equal(ModelState.Of(model), ModelState.Of(loaded));
            TensorValues.AssertSameBits(model.Encode(images), loaded.Encode(images));
            TensorValues.AssertSameBits(model.call(images), loaded.call(images));
        }
    }

    [Fact]
    public void A_stream_gets_the_bytes_of_a_file_and_stays_open()
    {
        using var model = ModelState.BuildUsed(Architecture("dense"));
        AutoencoderFile.Save(model, _folder.File("model"));
        using var stream = new MemoryStream();
        AutoencoderFile.Save(model, stream);
        Assert.Equal(File.ReadAllBytes(_folder.File("model")), stream.ToArray());
        stream.Position = 0;
        AutoencoderFile.Load(stream).Dispose();
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void The_file_is_safetensors_under_PyTorchs_names_with_the_architecture_beside()
    {
        using var model = ModelState.BuildUsed(new DenseArchitecture(new ImageShape(1, 2, 3), 1) { HiddenSizes = [4], Dropout = [0.25] });
        AutoencoderFile.Save(model, _folder.File("model"));
        var (tensors, metadata) = SafeTensorsReader.Read(File.ReadAllBytes(_folder.File("model")));
        Assert.Equal(
            [
                "decoder.0.bias", "decoder.0.weight", "decoder.1.bias", "decoder.1.num_batches_tracked", "decoder.1.running_mean",
                "decoder.1.running_var", "decoder.1.weight", "decoder.3.bias", "decoder.3.weight", "encoder.1.bias", "encoder.1.weight",
                "encoder.2.bias", "encoder.2.num_batches_tracked", "encoder.2.running_mean", "encoder.2.running_var", "encoder.2.weight",
                "encoder.5.bias", "encoder.5.weight",
            ],
            tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([4, 6], tensors["encoder.1.weight"].Shape);
        Assert.Equal("pt", metadata["format"]);
        using var architecture = JsonDocument.Parse(metadata["fashionae.architecture"]);
        Assert.Equal("dense", architecture.RootElement.GetProperty("type").GetString());
        Assert.Equal(0.25, architecture.RootElement.GetProperty("options").GetProperty("Dropout")[0].GetDouble());
    }

    [Fact]
    public void Weights_that_fit_are_loaded_and_weights_that_do_not_leave_the_model_as_it_was()
    {
        using var golden = ModelState.Build(new ConvolutionalArchitecture(FashionMnist.Shape));
        AutoencoderFile.LoadWeights(golden, TestFiles.Golden("conv_initial.safetensors"));
        var (expected, _) = SafeTensorsReader.Read(File.ReadAllBytes(TestFiles.Golden("conv_initial.safetensors")));
        Assert.Equal(expected.ToDictionary(e => e.Key, e => e.Value.Bytes).OrderBy(e => e.Key), ModelState.Of(golden).OrderBy(e => e.Key));

        foreach (var (architecture, clue) in new (AutoencoderArchitecture, string)[]
        {
            (new ConvolutionalArchitecture(FashionMnist.Shape, 3), "another shape"),
            (new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [32, 64] }, "another model"),
            (new DenseArchitecture(FashionMnist.Shape), "another model"),
        })
        {
            using var other = ModelState.Build(architecture);
            var before = ModelState.Of(other);
            var error = Assert.Throws<InvalidDataException>(() => AutoencoderFile.LoadWeights(other, TestFiles.Golden("conv_initial.safetensors")));
            Assert.Contains("conv_initial.safetensors", error.Message, StringComparison.Ordinal);
            Assert.Contains(clue, error.Message, StringComparison.Ordinal);
            Assert.Equal(before, ModelState.Of(other));
        }
    }

    [Fact]
    public void A_failed_save_leaves_the_good_file_and_nothing_else()
    {
        using var good = ModelState.Build(Architecture("dense"));
        using var bad = new UnwritableArchitecture(new ImageShape(1, 2, 2), 1).Build();
        var path = _folder.File("model");
        AutoencoderFile.Save(good, path);
        var before = File.ReadAllBytes(path);

        Assert.Throws<NotSupportedException>(() => AutoencoderFile.Save(bad, path));
        Assert.ThrowsAny<IOException>(() => AutoencoderFile.Save(good, Path.Combine(_folder.File("nowhere"), "model")));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(["model"], _folder.FileNames);
    }

    [Fact]
    public void A_missing_file_is_reported_by_its_name()
    {
        var error = Assert.Throws<FileNotFoundException>(() => AutoencoderFile.Load(_folder.File("absent")));
        Assert.Contains("absent", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static AutoencoderArchitecture Architecture(string name)
    {
        var shape = new ImageShape(2, 9, 13);
        return name switch
        {
            "convolutional" => new ConvolutionalArchitecture(shape, 3) { Channels = [4, 5] },
            "dense" => new DenseArchitecture(shape, 3) { HiddenSizes = [8, 6], Dropout = [0.3] },
            _ => new LinearArchitecture(shape, 3, Squash: false),
        };
    }
}
