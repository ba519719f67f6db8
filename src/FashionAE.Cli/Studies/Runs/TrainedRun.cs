using System.Runtime.InteropServices;
using TorchSharp;

namespace FashionAE.Cli;

/// <summary>A finished run, read from its folder. It owns its model. Older versions have recorded no environment.</summary>
internal sealed record TrainedRun(
    string Name, RunOptions Options, Autoencoder Model, TrainingHistory History, RunMetrics Metrics, RunEnvironment? Environment)
    : IDisposable
{
    private AutoencoderTransformer? _transformer;

    /// <summary>Gets the file of the model.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The model as a step of a pipeline that reads the column Pixels of a view; the run owns it, too.</summary>
    public AutoencoderTransformer ToTransformer(IDataView images) =>
        _transformer ??= new MLContext().Transforms.ApplyAutoencoder("Code", "Pixels", ModelPath).Fit(images);

    public void Dispose()
    {
        Model.Dispose();
        _transformer?.Dispose();
    }
}

/// <summary>What a run was trained with; options.json.</summary>
internal sealed record RunOptions
{
    public required string Study { get; init; }

    /// <summary>Gets "study" or "tuned"; files of version 0.1.0 name none, and hold the study's.</summary>
    public string Recipe { get; init; } = Cli.Study.StudyRecipe;

    /// <summary>Gets "upright" or "rotated" in the rotation study.</summary>
    public string? Inputs { get; init; }
    public required int Epochs { get; init; }
    public required int BatchSize { get; init; }
    public required double LearningRate { get; init; }

    /// <summary>Gets the rotated copies beside every original.</summary>
    public int? Copies { get; init; }

    /// <summary>Gets the largest angle in degrees.</summary>
    public double? Degrees { get; init; }

    /// <summary>Gets the standard deviation of the noise.</summary>
    public double? Noise { get; init; }

    /// <summary>Gets after how many epochs without a lower validation loss training ends; null to train all epochs.</summary>
    public int? Patience { get; init; }
    public int Seed { get; init; } = 1;
}

/// <summary>What a run was trained on when it began or was last resumed; environment.json. A rank had so many cores and threads.</summary>
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
