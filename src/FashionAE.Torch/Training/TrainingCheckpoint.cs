using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>The state of a training between two epochs, in one safetensors file.</summary>
internal static class TrainingCheckpoint
{
    private const string HistoryKey = "fashionae.history";
    private const string FingerprintKey = "fashionae.training";

    // Version 0.1.0 kept the optimizer's state as bytes under this name, which TorchSharp reads without looking.
    private const string OldOptimizerName = "optimizer";

    /// <summary>What decides about the weights, except the number of epochs: the same in a resumed training and on all ranks.</summary>
    public static Dictionary<string, string> Fingerprint(TrainingOptions options, int seed, Autoencoder model, TrainingExamples train)
    {
        // What earlier versions did not know is left out where it is as they had it.
        static string UnlessZero(double value) => value == 0 ? "" : $"{value:R}";
        // What is planned to the end is another plan where there are more epochs.
        var plan = options.Schedule?.IsPlannedToTheEnd == true ? $" over {options.Epochs} epochs" : "";
        return new Dictionary<string, string>
        {
            [nameof(options.BatchSize)] = $"{options.BatchSize}",
            [nameof(options.LearningRate)] = $"{options.LearningRate:R}",
            [nameof(options.Optimizer)] = $"{options.Optimizer}",
            [nameof(options.WeightDecay)] = $"{options.WeightDecay:R}",
            [nameof(options.Loss)] = Text(options.Loss),
            [nameof(options.SimilarityWeight)] = UnlessZero(options.SimilarityWeight),
            [nameof(options.GradientClipNorm)] = $"{options.GradientClipNorm:R}",
            [nameof(options.Schedule)] = $"{options.Schedule}{plan}",
            [nameof(options.WarmUpEpochs)] = UnlessZero(options.WarmUpEpochs),
            [nameof(options.AveragingDecay)] = $"{options.AveragingDecay:R}",
            [nameof(options.ValidationSetFraction)] = $"{options.ValidationSetFraction:R}",
            [nameof(options.Augmentation)] = $"{options.Augmentation}",
            [nameof(options.AugmentedCopies)] = $"{options.AugmentedCopies}",
            [nameof(options.FrozenPart)] = options.FrozenPart == FrozenPart.None ? "" : $"{options.FrozenPart}",
            [nameof(options.InitialModel)] = options.InitialModel ?? "",
            [nameof(options.Seed)] = $"{seed}",
            ["Architecture"] = ArchitectureDescription.Describe(model.Architecture),
            ["Data"] = train.Description,
        };
    }

    public static void Save(string path, TrainingRun run) =>
        SafeTensorsFile.Write(path, StoredTensor.Of(run.Tensors()), new Dictionary<string, string>
        {
            [HistoryKey] = JsonSerializer.Serialize(run.State.Records),
            [FingerprintKey] = JsonSerializer.Serialize(run.Fingerprint),
        });

    /// <summary>Puts the state back into the tensors of a training, and gives the finished epochs.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint of such a training; nothing was changed.</exception>
    public static List<EpochRecord> Load(string path, TrainingRun run)
    {
        var file = SafeTensorsFile.Read(path);
        var (epochs, fingerprint) = Describe(file, path);
        foreach (var (name, value) in run.Fingerprint)
            if (fingerprint.GetValueOrDefault(name, "") is var earlier && earlier != value)
                throw new InvalidDataException(
                    $"{path} was trained with {name} '{earlier}', not '{value}': resume with the same, or begin anew.");
        var tensors = run.Tensors();
        SavedAutoencoder.CheckFits(file.Tensors, TensorForm.Of(tensors), run.Model.GetName(), path);
        using var scope = NewDisposeScope();
        TrainingRun.Copy(file.Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor()), tensors);
        return epochs;
    }

    /// <exception cref="InvalidDataException">The file is no checkpoint of a training.</exception>
    public static int ReadSeed(string path)
    {
        var file = SafeTensorsFile.Read(path);
        var (_, fingerprint) = Describe(file, path);
        return int.TryParse(fingerprint.GetValueOrDefault(nameof(TrainingOptions.Seed)), out var seed) ? seed : throw NoCheckpoint(path);
    }

    private static (List<EpochRecord> Epochs, Dictionary<string, string> Fingerprint) Describe(SafeTensorsFile file, string path)
    {
        if (file.Tensors.ContainsKey(OldOptimizerName))
            throw new InvalidDataException(
                $"{path} is a checkpoint of FashionAE 0.1.0, which this version does not go on from: begin anew, or finish the training"
                + " with that version.");
        if (!file.IsChecked
            || !file.Metadata.TryGetValue(HistoryKey, out var history) || !file.Metadata.TryGetValue(FingerprintKey, out var description))
            throw NoCheckpoint(path);
        try
        {
            var fingerprint = JsonSerializer.Deserialize<Dictionary<string, string>>(description);
            var epochs = JsonSerializer.Deserialize<List<EpochRecord>>(history);
            if (fingerprint is null || epochs is null)
                throw new JsonException("it is null");
            if (epochs.Where((record, i) => record?.Epoch != i + 1 || !record.IsFinite).Any())
                throw new JsonException("an epoch is missing or has an invalid number");
            return (epochs, fingerprint);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} has a malformed history: {e.Message}", e);
        }
    }

    /// <summary>Describes a loss by its settings. The two that earlier versions had keep the names that those wrote.</summary>
    private static string Text(ReconstructionLoss loss)
    {
        if (loss == ReconstructionLoss.MeanSquaredError)
            return nameof(ReconstructionLoss.MeanSquaredError);
        return loss == ReconstructionLoss.MeanSquaredAndAbsoluteError
            ? nameof(ReconstructionLoss.MeanSquaredAndAbsoluteError) : $"{loss}";
    }

    private static InvalidDataException NoCheckpoint(string path) => new($"{path} is not the checkpoint of a training.");
}
