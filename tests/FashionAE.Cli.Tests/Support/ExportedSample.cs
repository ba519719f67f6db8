using FashionAE.Torch.Data;
using FashionAE.Torch.Models;
using FashionAE.Torch.Persistence;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests.Support;

/// <summary>The test images of the sample as files that the command has exported, and a small untrained model of them.</summary>
public sealed class ExportedSample : IDisposable
{
    private readonly CommandLine _command = new();

    public ExportedSample()
    {
        Assert.Equal(0, _command.Run("export", "--data", CommandLine.Sample, "--out", "images").ExitCode);
        manual_seed(1);
        Model = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [16] }.Build();
        AutoencoderFile.Save(Model, ModelFile);
    }

    public Autoencoder Model { get; }

    public string ModelFile => _command.PathOf("model.safetensors");

    public string Images => _command.PathOf("images");

    public ImageSet Data { get; } = FashionMnist.Load(FashionMnistSplit.Test, CommandLine.Sample);

    /// <summary>The names of the exported files, in data set order.</summary>
    public string[] Names => [.. Directory.GetFiles(Images, "*.png").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Model.Dispose();
        Data.Dispose();
        _command.Dispose();
    }
}
