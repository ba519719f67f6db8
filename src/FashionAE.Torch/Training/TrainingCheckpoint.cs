using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>The state of a training between two epochs, in one safetensors file.</summary>
internal static class TrainingCheckpoint
{
    /// <summary>The name of the seed in the description of a training.</summary>
    public const string SeedName = nameof(TrainingOptions.Seed);

    private const string LastPrefix = "last.";
    private const string BestPrefix = "best.";
    private const string AveragePrefix = "average.";
    private const string OptimizerPrefix = "optimizer.";
    private const string HistoryKey = "fashionae.history";
    private const string FingerprintKey = "fashionae.training";

    // Version 0.1.0 kept the optimizer's state as bytes under this name, which TorchSharp reads without looking.
    private const string OldOptimizerName = "optimizer";

    public static void Save(
        string path, Autoencoder model, Dictionary<string, Tensor> best, WeightAverage? average, AdamOptimizer optimizer,
        IReadOnlyList<EpochRecord> epochs, Dictionary<string, string> fingerprint)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, tensor) in model.state_dict())
            tensors[LastPrefix + name] = tensor;
        foreach (var (name, tensor) in best)
            tensors[BestPrefix + name] = tensor;
        foreach (var (name, tensor) in average?.State ?? [])
            tensors[AveragePrefix + name] = tensor;
        foreach (var (name, tensor) in optimizer.ReadState(model.named_parameters()))
            tensors[OptimizerPrefix + name] = tensor;
        SafeTensorsFile.Write(path, tensors, new Dictionary<string, string>
        {
            [HistoryKey] = JsonSerializer.Serialize(epochs),
            [FingerprintKey] = JsonSerializer.Serialize(fingerprint),
        });
    }

    /// <summary>Puts the state back: last weights into the model, best and averaged ones where they are kept, and the optimizer's.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint of such a training; nothing was changed.</exception>
    public static List<EpochRecord> Load(
        string path, Autoencoder model, Dictionary<string, Tensor> best, WeightAverage? average, AdamOptimizer optimizer, Dictionary<string, string> fingerprint)
    {
        using var file = SafeTensorsFile.Read(path);
        var (history, description) = Describe(file, path);
        List<EpochRecord> epochs;
        try
        {
            var before = Parse(description);
            foreach (var (name, value) in fingerprint)
                if (before.GetValueOrDefault(name, "") is var earlier && earlier != value)
                    throw new InvalidDataException($"{path} was trained with {name} '{earlier}', not '{value}': resume with the same, or begin anew.");
            epochs = JsonSerializer.Deserialize<List<EpochRecord>>(history) ?? throw new JsonException("it is null");
            if (epochs.Where((record, i) => record?.Epoch != i + 1 || !record.IsFinite).Any())
                throw new JsonException("an epoch is missing or has a number that is none");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} has a malformed history: {e.Message}", e);
        }

        using var scope = NewDisposeScope();
        var (bestTensors, lastTensors, optimizerTensors) = (WithPrefix(file, BestPrefix), WithPrefix(file, LastPrefix), WithPrefix(file, OptimizerPrefix));
        AutoencoderFile.CheckFits(bestTensors, best, model.GetName(), path);
        var averages = average?.State.ToDictionary(t => t.Name, t => t.Mean) ?? [];
        var averageTensors = WithPrefix(file, AveragePrefix);
        AutoencoderFile.CheckFits(averageTensors, averages, model.GetName(), path);
        AutoencoderFile.CheckFits(optimizerTensors, optimizer.ReadState(model.named_parameters()), "Adam", path);
        AutoencoderFile.CopyWeights(lastTensors, model, path);
        using var _ = no_grad();
        foreach (var (name, tensor) in bestTensors)
            best[name].copy_(tensor);
        foreach (var (name, tensor) in averageTensors)
            averages[name].copy_(tensor);
        optimizer.WriteState(model.named_parameters(), optimizerTensors);
        return epochs;
    }

    /// <summary>All that decides about the weights but the number of epochs, by name: a resumed training must have the same.</summary>
    public static Dictionary<string, string> Fingerprint(TrainingOptions options, int seed, Autoencoder model, TrainingExamples train)
    {
        // What earlier versions did not know is left out where it is as they had it.
        static string UnlessZero(double value) => value == 0 ? "" : $"{value:R}";
        return new Dictionary<string, string>
        {
            [nameof(options.BatchSize)] = $"{options.BatchSize}",
            [nameof(options.LearningRate)] = $"{options.LearningRate:R}",
            [nameof(options.Optimizer)] = $"{options.Optimizer}",
            [nameof(options.WeightDecay)] = $"{options.WeightDecay:R}",
            [nameof(options.Loss)] = $"{options.Loss}",
            [nameof(options.SimilarityWeight)] = UnlessZero(options.SimilarityWeight),
            [nameof(options.GradientClipNorm)] = $"{options.GradientClipNorm:R}",
            // What is planned to the end is another plan where there are more epochs.
            [nameof(options.Schedule)] =
                options.Schedule?.IsPlannedToTheEnd == true ? $"{options.Schedule} over {options.Epochs} epochs" : $"{options.Schedule}",
            [nameof(options.WarmUpEpochs)] = UnlessZero(options.WarmUpEpochs),
            [nameof(options.AveragingDecay)] = $"{options.AveragingDecay:R}",
            [nameof(options.ValidationSetFraction)] = $"{options.ValidationSetFraction:R}",
            [nameof(options.Augmentation)] = $"{options.Augmentation}",
            [nameof(options.AugmentedCopies)] = $"{options.AugmentedCopies}",
            [SeedName] = $"{seed}",
            ["Architecture"] = AutoencoderFile.Describe(model.Architecture),
            ["Data"] = train.Description,
        };
    }

    /// <summary>Reads the seed that a training began with.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint of a training.</exception>
    public static int ReadSeed(string path)
    {
        using var file = SafeTensorsFile.Read(path);
        var (_, description) = Describe(file, path);
        try
        {
            if (int.TryParse(Parse(description).GetValueOrDefault(SeedName), out var seed))
                return seed;
        }
        catch (JsonException)
        {
        }
        throw NoCheckpoint(path);
    }

    private static (string History, string Description) Describe(SafeTensorsFile file, string path)
    {
        if (file.Tensors.ContainsKey(OldOptimizerName))
            throw new InvalidDataException($"{path} is a checkpoint of FashionAE 0.1.0, which this version does not go on from: begin anew, or finish the training with that version.");
        if (!file.IsChecked)
            throw NoCheckpoint(path);
        return file.Metadata.TryGetValue(HistoryKey, out var history) && file.Metadata.TryGetValue(FingerprintKey, out var description)
            ? (history, description)
            : throw NoCheckpoint(path);
    }

    private static InvalidDataException NoCheckpoint(string path) => new($"{path} is not the checkpoint of a training.");

    private static Dictionary<string, string> Parse(string description) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(description) ?? throw new JsonException("its options are null");

    private static Dictionary<string, Tensor> WithPrefix(SafeTensorsFile file, string prefix) =>
        file.Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
}
