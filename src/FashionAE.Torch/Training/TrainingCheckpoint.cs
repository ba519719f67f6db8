using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Saves and loads the state of a training between two epochs, as one safetensors file.</summary>
internal static class TrainingCheckpoint
{
    private const string HistoryKey = "fashionae.history";
    private const string FingerprintKey = "fashionae.training";

    // Version 0.1.0 stored the optimizer's state as bytes under this name. TorchSharp would read them without any checks.
    private const string OldOptimizerName = "optimizer";

    /// <summary>
    /// Returns everything that determines the weights, except the number of epochs. It must be the same in a resumed training and on all
    /// ranks.
    /// </summary>
    public static Dictionary<string, string> Fingerprint(TrainingOptions options, int seed, Autoencoder model, TrainingExamples train)
    {
        // Options that earlier versions did not have are left out at their default values, so that old checkpoints still match.
        static string UnlessZero(double value) => value == 0 ? "" : $"{value:R}";
        // These schedules depend on the total number of epochs.
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

    /// <summary>Copies the saved state into the tensors of a training, and returns the finished epochs.</summary>
    /// <exception cref="InvalidDataException">The file is not a checkpoint of this training. Nothing was changed.</exception>
    public static List<EpochRecord> Load(string path, TrainingRun run)
    {
        var file = SafeTensorsFile.Read(path);
        var (epochs, fingerprint) = Describe(file, path);
        foreach (var (name, value) in run.Fingerprint)
            if (fingerprint.GetValueOrDefault(name, "") is var earlier && earlier != value)
                throw new InvalidDataException(
                    $"{path} was trained with {name} '{earlier}', not '{value}': resume with the same value, or start a new training.");
        var tensors = run.Tensors();
        SavedAutoencoder.CheckFits(file.Tensors, TensorForm.Of(tensors), run.Model.GetName(), path);
        using var scope = NewDisposeScope();
        TrainingRun.Copy(file.Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor()), tensors);
        return epochs;
    }

    /// <summary>Reads the seed of the training.</summary>
    /// <exception cref="InvalidDataException">The file is not a training checkpoint.</exception>
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
                $"{path} is a checkpoint of FashionAE 0.1.0, which this version cannot resume: start a new training, or finish this one"
                + " with version 0.1.0.");
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
                throw new JsonException("an epoch is missing or has an invalid value");
            return (epochs, fingerprint);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} has a malformed history: {e.Message}", e);
        }
    }

    /// <summary>Describes a loss by its settings. The two losses of version 0.1.0 keep their names from 0.1.0.</summary>
    private static string Text(ReconstructionLoss loss)
    {
        if (loss == ReconstructionLoss.MeanSquaredError)
            return nameof(ReconstructionLoss.MeanSquaredError);
        return loss == ReconstructionLoss.MeanSquaredAndAbsoluteError
            ? nameof(ReconstructionLoss.MeanSquaredAndAbsoluteError) : $"{loss}";
    }

    private static InvalidDataException NoCheckpoint(string path) => new($"{path} is not a training checkpoint.");
}
