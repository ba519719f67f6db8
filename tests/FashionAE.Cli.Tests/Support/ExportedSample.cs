using FashionAE.Torch;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Exports the test images of the sample with the command, and creates a small untrained model for them.</summary>
public sealed class ExportedSample : IDisposable
{
    public const int BatchSize = 256;

    private readonly CommandLine _command = new();
    private readonly Lazy<Table> _codes;

    public ExportedSample()
    {
        Assert.Equal(0, _command.Run("export", "--data", CommandLine.Sample, "--out", "images").ExitCode);
        Names = [.. Directory.GetFiles(Images, "*.png").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Model = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [16] }.Build(seed: 1);
        AutoencoderFile.Save(Model, ModelFile);
        _codes = new Lazy<Table>(() =>
        {
            var result = _command.Run("encode", "--model", ModelFile, "--images", Images, "--out", "new/codes.csv", "--batch-size", $"{BatchSize}");
            Assert.Empty(result.Errors);
            Assert.Equal(0, result.ExitCode);
            return new Table(_command.PathOf("new", "codes.csv"));
        });
    }

    public Autoencoder Model { get; }

    public string ModelFile => _command.PathOf("model.safetensors");

    public string Images => _command.PathOf("images");

    public ImageSet Data { get; } = FashionMnist.Load(FashionMnistSplit.Test, CommandLine.Sample);

    /// <summary>Gets the result of encoding the images with the model.</summary>
    internal Table Codes => _codes.Value;

    /// <summary>Gets the names of the exported files in data set order.</summary>
    public string[] Names { get; }

    public void Dispose()
    {
        Model.Dispose();
        Data.Dispose();
        _command.Dispose();
    }
}
