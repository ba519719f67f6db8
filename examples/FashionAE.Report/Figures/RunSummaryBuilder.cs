using FashionAE.Studies;
using FashionAE.Studies.Runs;
using FashionAE.Torch;

namespace FashionAE.Report.Figures;

/// <summary>Describes how a model came to be.</summary>
public static class RunSummaryBuilder
{
    /// <summary>Describes a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The summary.</returns>
    public static RunSummary Build(TrainedRun run) =>
        new(run.Name, run.History, LayerSummary.Of(run.Model), [.. Options(run.Options)], run.Environment is { } environment ? [.. Environment(environment)] : []);

    private static IEnumerable<KeyValuePair<string, string>> Options(RunOptions options)
    {
        yield return new("Study", options.Study);
        yield return new("Recipe", options.Recipe);
        if (options.Inputs is { } inputs)
            yield return new("Inputs in training", inputs);
        yield return new("Epochs", $"{options.Epochs}");
        yield return new("Batch size", $"{options.BatchSize} images");
        yield return new(options.Recipe == Study.TunedRecipe ? "Highest learning rate" : "Learning rate at the beginning", $"{options.LearningRate}");
        if (options.Copies is { } copies)
            yield return new("Rotated copies of each image", $"{copies}");
        if (options.Degrees is { } degrees)
            yield return new(options.Inputs == RotationStudy.Upright ? "Largest rotation, of test images alone" : "Largest rotation", $"±{degrees}°");
        if (options.Noise is { } noise)
            yield return new("Noise", $"{noise} (standard deviation, of pixels from 0 to 1)");
        yield return new("Seed", $"{options.Seed}");
    }

    private static IEnumerable<KeyValuePair<string, string>> Environment(RunEnvironment environment) =>
    [
        new("Started", $"{environment.Started.UtcDateTime:yyyy-MM-dd HH:mm} UTC"),
        new("Operating system", environment.OperatingSystem),
        new("Processor", environment.Processor),
        new("Processor cores", $"{environment.Cores}"),
        new("Threads", $"{environment.Threads}"),
        new("Device", environment.Device),
        new("libtorch", environment.Libtorch),
        new("Runtime", environment.Runtime),
    ];
}
