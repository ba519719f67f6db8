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
    [InlineData("optimizer")]
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
    public void A_tensor_that_does_not_fit_is_refused(string name)
    {
        Trained();
        using var wrong = zeros([2, 3]);
        Rewrite((tensors, _) => tensors[name] = wrong);
        AssertRefused($"another {name}");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1000, 0)]
    [InlineData(100, 0xff)]
    [InlineData(100_000, 0xff)]
    [InlineData(100, 0x00)]
    public void An_optimizer_state_that_is_none_is_refused(int length, byte value)
    {
        Trained();
        using var wrong = torch.tensor(Enumerable.Repeat(value, length).ToArray());
        Rewrite((tensors, _) => tensors["optimizer"] = wrong);
        AssertRefused($"{length} bytes {value}");
    }

    [Fact]
    public void A_truncated_optimizer_state_is_refused()
    {
        Trained();
        Tensor? half = null;
        Rewrite((tensors, _) => tensors["optimizer"] = half = tensors["optimizer"].narrow(0, 0, tensors["optimizer"].shape[0] / 2).clone());
        half!.Dispose();
        AssertRefused("half the optimizer");
    }

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    private TrainingOptions Options(int epochs) => new() { Epochs = epochs, BatchSize = 20, CheckpointPath = Checkpoint, Resume = true };

    /// <summary>Writes a checkpoint, and gives its bytes.</summary>
    private byte[] Trained()
    {
        using var model = ModelState.Build(Architecture);
        new AutoencoderTrainer(model, Options(1)).Train(_images);
        return File.ReadAllBytes(Checkpoint);
    }

    private void Rewrite(Action<Dictionary<string, Tensor>, Dictionary<string, string>> change)
    {
        using var file = SafeTensorsFile.Read(Checkpoint);
        var tensors = new Dictionary<string, Tensor>(file.Tensors);
        var metadata = new Dictionary<string, string>(file.Metadata);
        change(tensors, metadata);
        SafeTensorsFile.Write(Checkpoint, tensors, metadata);
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
