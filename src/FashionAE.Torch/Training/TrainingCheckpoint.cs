using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>The state of a training between two epochs, in one safetensors file.</summary>
internal static class TrainingCheckpoint
{
    private const string LastPrefix = "last.";
    private const string BestPrefix = "best.";
    private const string AveragePrefix = "average.";
    private const string OptimizerPrefix = "optimizer.";
    private const string HistoryKey = "fashionae.history";
    private const string FingerprintKey = "fashionae.training";

    // Version 0.1.0 kept the optimizer's state as bytes under this name, which TorchSharp reads without looking.
    private const string OldOptimizerName = "optimizer";

    public static void Save(string path, TrainingRun run)
    {
        using var scope = NewDisposeScope();
        var parts = new (string Prefix, Dictionary<string, Tensor> Tensors)[]
        {
            (LastPrefix, run.Model.state_dict()), (BestPrefix, run.BestWeights), (AveragePrefix, run.Averages),
            (OptimizerPrefix, run.Optimizer.ReadState(run.Model.named_parameters())),
        };
        var tensors = parts.SelectMany(part => part.Tensors.Select(t => (Name: part.Prefix + t.Key, t.Value)));
        SafeTensorsFile.Write(path, tensors.ToDictionary(t => t.Name, t => t.Value), new Dictionary<string, string>
        {
            [HistoryKey] = JsonSerializer.Serialize(run.State.Records),
            [FingerprintKey] = JsonSerializer.Serialize(run.Fingerprint),
        });
    }

    /// <summary>Puts the state back: the last weights into the model, and the best ones, the averaged ones and the optimizer's.</summary>
    /// <returns>The finished epochs.</returns>
    /// <exception cref="InvalidDataException">The file is no checkpoint of such a training; nothing was changed.</exception>
    public static List<EpochRecord> Load(string path, TrainingRun run)
    {
        using var file = SafeTensorsFile.Read(path);
        var (history, description) = Describe(file, path);
        List<EpochRecord> epochs;
        try
        {
            var before = Parse(description);
            foreach (var (name, value) in run.Fingerprint)
                if (before.GetValueOrDefault(name, "") is var earlier && earlier != value)
                    throw new InvalidDataException(
                        $"{path} was trained with {name} '{earlier}', not '{value}': resume with the same, or begin anew.");
            epochs = JsonSerializer.Deserialize<List<EpochRecord>>(history) ?? throw new JsonException("it is null");
            if (epochs.Where((record, i) => record?.Epoch != i + 1 || !record.IsFinite).Any())
                throw new JsonException("an epoch is missing or has a number that is none");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} has a malformed history: {e.Message}", e);
        }

        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> Read(string prefix, Dictionary<string, Tensor> like, string owner)
        {
            var tensors = WithPrefix(file, prefix);
            AutoencoderFile.CheckFits(tensors, like, owner, path);
            return tensors;
        }

        var (model, optimizer) = (run.Model, run.Optimizer);
        var best = Read(BestPrefix, run.BestWeights, model.GetName());
        var averages = Read(AveragePrefix, run.Averages, model.GetName());
        var state = Read(OptimizerPrefix, optimizer.ReadState(model.named_parameters()), "Adam");
        AutoencoderFile.CopyWeights(WithPrefix(file, LastPrefix), model, path);
        TrainingRun.Copy(best, run.BestWeights);
        TrainingRun.Copy(averages, run.Averages);
        optimizer.WriteState(model.named_parameters(), state);
        return epochs;
    }

    /// <summary>Reads the seed that a training began with.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint of a training.</exception>
    public static int ReadSeed(string path)
    {
        using var file = SafeTensorsFile.Read(path);
        var (_, description) = Describe(file, path);
        try
        {
            if (int.TryParse(Parse(description).GetValueOrDefault(TrainingFingerprint.SeedName), out var seed))
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
            throw new InvalidDataException(
                $"{path} is a checkpoint of FashionAE 0.1.0, which this version does not go on from: begin anew, or finish the training"
                + " with that version.");
        return file.IsChecked
            && file.Metadata.TryGetValue(HistoryKey, out var history) && file.Metadata.TryGetValue(FingerprintKey, out var description)
            ? (history, description)
            : throw NoCheckpoint(path);
    }

    private static InvalidDataException NoCheckpoint(string path) => new($"{path} is not the checkpoint of a training.");

    private static Dictionary<string, string> Parse(string description) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(description) ?? throw new JsonException("its options are null");

    private static Dictionary<string, Tensor> WithPrefix(SafeTensorsFile file, string prefix) =>
        file.Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
}
