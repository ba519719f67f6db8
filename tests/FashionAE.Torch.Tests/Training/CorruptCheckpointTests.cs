using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

public sealed class CorruptCheckpointTests : IDisposable
{
    private static readonly DenseArchitecture Architecture = new(FashionMnist.Shape) { HiddenSizes = [8], Dropout = [] };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = SampleImages.First(40);

    private string Checkpoint => _folder.File("checkpoint");

    [Fact]
    public void A_truncated_checkpoint_is_refused_wherever_it_ends()
    {
        var whole = Trained();
        for (var part = 0; part < 20; part++)
        {
            File.WriteAllBytes(Checkpoint, whole[..(whole.Length * part / 20)]);
            AssertRefused($"{part} twentieths");
        }
    }

    [Fact]
    public void A_file_of_another_kind_is_refused()
    {
        using var model = ModelState.Build(Architecture);
        AutoencoderFile.Save(model, Checkpoint);
        AssertRefused("a model");
        File.WriteAllText(Checkpoint, "{}");
        AssertRefused("a text");
    }

    [Theory]
    [InlineData("fashionae.history", "null")]
    [InlineData("fashionae.history", "[null]")]
    [InlineData("fashionae.history", "[1]")]
    [InlineData("fashionae.history", "")]
    [InlineData("fashionae.training", "null")]
    [InlineData("fashionae.training", "{}")]
    [InlineData("fashionae.training", "[]")]
    [InlineData("fashionae.training", "no JSON")]
    public void Malformed_metadata_are_refused(string key, string text)
    {
        Trained();
        Rewrite((_, metadata) => metadata[key] = text);
        AssertRefused($"{key} {text}");
    }

    [Theory]
    [InlineData("last.encoder.1.weight")]
    [InlineData("best.encoder.1.weight")]
    [InlineData("optimizer.encoder.1.weight.exp_avg")]
    [InlineData("optimizer.decoder.0.bias.step")]
    public void A_tensor_that_is_missing_is_refused(string name)
    {
        Trained();
        Rewrite((tensors, _) => Assert.True(tensors.Remove(name)));
        AssertRefused($"no {name}");
    }

    [Theory]
    [InlineData("last.encoder.1.weight")]
    [InlineData("best.encoder.1.weight")]
    [InlineData("best.encoder.1.unknown")]
    [InlineData("optimizer.encoder.1.weight.exp_avg_sq")]
    [InlineData("optimizer.encoder.1.weight.step")]
    [InlineData("optimizer.unknown")]
    public void A_tensor_that_does_not_fit_is_refused(string name)
    {
        Trained();
        using var wrong = zeros([2, 3]);
        Rewrite((tensors, _) => tensors[name] = wrong);
        AssertRefused($"another {name}");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_and_optimizer_states_that_are_NaN_or_infinite_are_refused(float value)
    {
        foreach (var name in new[] { "last.encoder.1.weight", "best.encoder.1.weight", "optimizer.encoder.1.weight.exp_avg" })
        {
            Trained();
            using var wrong = full([8, 784], value);
            Rewrite((tensors, _) => tensors[name] = wrong);
            AssertRefused($"{name} {value}");
        }
    }

    [Fact]
    public void A_checkpoint_of_the_form_of_version_0_1_0_is_refused_by_name()
    {
        Trained();
        using var bytes = torch.tensor(new byte[100]);
        Rewrite((tensors, _) => tensors["optimizer"] = bytes);
        using var model = ModelState.Build(Architecture);
        var error = Assert.Throws<InvalidDataException>(() => new AutoencoderTrainer(model, Options(2)).Train(_images));
        Assert.Contains($"{Checkpoint} is a checkpoint of FashionAE 0.1.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_flipped_bit_is_noticed()
    {
        var whole = Trained();
        var random = new Random(5);
        foreach (var place in Enumerable.Range(0, 60).Select(i => i < 20 ? 8 + i * 30 : random.Next(8, whole.Length)))
        {
            var bytes = whole.ToArray();
            bytes[place] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Checkpoint, bytes);
            AssertRefused($"byte {place}");
        }
    }

    [Fact]
    public void An_epoch_that_is_left_out_is_noticed()
    {
        Trained();
        Rewrite((_, metadata) => metadata["fashionae.history"] = metadata["fashionae.history"].Replace("\"Epoch\":1", "\"Epoch\":2"));
        AssertRefused("epoch 2 alone");
    }

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    private TrainingOptions Options(int epochs) => new() { Epochs = epochs, BatchSize = 20, CheckpointPath = Checkpoint, Resume = true };

    /// <summary>Writes a checkpoint, and returns its bytes.</summary>
    private byte[] Trained()
    {
        File.Delete(Checkpoint);
        using var model = ModelState.Build(Architecture);
        new AutoencoderTrainer(model, Options(1)).Train(_images);
        return File.ReadAllBytes(Checkpoint);
    }

    private void Rewrite(Action<Dictionary<string, Tensor>, Dictionary<string, string>> change)
    {
        var file = SafeTensorsFile.Read(Checkpoint);
        var tensors = file.Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor());
        var metadata = new Dictionary<string, string>(file.Metadata);
        change(tensors, metadata);
        SafeTensorsFile.Write(Checkpoint, StoredTensor.Of(tensors), metadata);
    }

    private void AssertRefused(string what)
    {
        using var model = ModelState.Build(Architecture);
        var before = File.ReadAllBytes(Checkpoint);
        var error = Record.Exception(() => new AutoencoderTrainer(model, Options(2)).Train(_images));
        Assert.True(error is InvalidDataException, $"{what}: {error?.ToString() ?? "no error"}");
        Assert.Contains(Checkpoint, error!.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Checkpoint));
    }
}
