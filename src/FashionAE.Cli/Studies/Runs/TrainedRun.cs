using System.Runtime.InteropServices;
using TorchSharp;

namespace FashionAE.Cli;

/// <summary>A finished run, read from its folder. It owns its model. Runs of older versions have no environment.</summary>
internal sealed record TrainedRun(
    string Name, RunOptions Options, Autoencoder Model, TrainingHistory History, RunMetrics Metrics, RunEnvironment? Environment)
    : IDisposable
{
    private AutoencoderTransformer? _transformer;

    /// <summary>Gets the path of the model file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Creates a transformer that applies the model to the column Pixels. The run owns the transformer.</summary>
    public AutoencoderTransformer ToTransformer(IDataView images) =>
        _transformer ??= new MLContext().Transforms.ApplyAutoencoder("Code", "Pixels", ModelPath).Fit(images);

    public void Dispose()
    {
        Model.Dispose();
        _transformer?.Dispose();
    }
}

/// <summary>The training options of a run, stored as options.json.</summary>
internal sealed record RunOptions
{
    public required string Study { get; init; }

    /// <summary>Gets "study" or "tuned". Files of version 0.1.0 have no recipe, which means "study".</summary>
    public string Recipe { get; init; } = Cli.Study.StudyRecipe;

    /// <summary>Gets the inputs of the rotation study, "upright" or "rotated".</summary>
    public string? Inputs { get; init; }
    public required int Epochs { get; init; }
    public required int BatchSize { get; init; }
    public required double LearningRate { get; init; }

    /// <summary>Gets the number of rotated copies of every image.</summary>
    public int? Copies { get; init; }

    /// <summary>Gets the largest rotation angle in degrees.</summary>
    public double? Degrees { get; init; }

    /// <summary>Gets the standard deviation of the noise.</summary>
    public double? Noise { get; init; }

    /// <summary>Gets the number of epochs without a lower validation loss after which training stops; null for no early stop.</summary>
    public int? Patience { get; init; }
    public int Seed { get; init; } = 1;
}

/// <summary>The environment when a run began or was last resumed, stored as environment.json. Cores and threads are per rank.</summary>
internal sealed record RunEnvironment(
    DateTimeOffset Started, string OperatingSystem, string Processor, int Cores, int Threads, string Device, string Libtorch,
    string Runtime, int Ranks = 1)
{
    /// <summary>Describes this process.</summary>
    public static RunEnvironment Of(torch.Device device, int ranks = 1) => new(
        DateTimeOffset.UtcNow, RuntimeInformation.OSDescription, $"{ProcessorName()} ({RuntimeInformation.ProcessArchitecture})",
        Environment.ProcessorCount, torch.get_num_threads(), $"{device}", torch.__version__, RuntimeInformation.FrameworkDescription,
        ranks);

    private static string ProcessorName() => (File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name"))?.Split(':')[^1].Trim()
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")) ?? "unknown";
}
