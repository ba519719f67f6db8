using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>The state of a training between two epochs, in one safetensors file.</summary>
internal static class TrainingCheckpoint
{
    /// <summary>The name of the seed in the description of a training.</summary>
    public const string SeedName = nameof(TrainingOptions.Seed);

    private const string LastPrefix = "last.";
    private const string BestPrefix = "best.";
    private const string OptimizerKey = "optimizer";
    private const string HistoryKey = "fashionae.history";
    private const string FingerprintKey = "fashionae.training";

    public static void Save(
        string path, Dictionary<string, Tensor> last, Dictionary<string, Tensor> best, OptimizerHelper optimizer,
        IReadOnlyList<EpochRecord> epochs, Dictionary<string, string> fingerprint)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, tensor) in last)
            tensors[LastPrefix + name] = tensor;
        foreach (var (name, tensor) in best)
            tensors[BestPrefix + name] = tensor;
        using var state = new MemoryStream();
        using (var writer = new BinaryWriter(state))
            optimizer.save_state_dict(writer);
        tensors[OptimizerKey] = tensor(state.ToArray());
        SafeTensorsFile.Write(path, tensors, new Dictionary<string, string>
        {
            [HistoryKey] = JsonSerializer.Serialize(epochs),
            [FingerprintKey] = JsonSerializer.Serialize(fingerprint),
        });
    }

    /// <summary>Puts the state back: last weights into the model, best ones where they are kept, and the optimizer's.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint of such a training.</exception>
    public static List<EpochRecord> Load(
        string path, Autoencoder model, Dictionary<string, Tensor> best, OptimizerHelper optimizer, Dictionary<string, string> fingerprint)
    {
        using var file = SafeTensorsFile.Read(path);
        if (!file.Metadata.TryGetValue(HistoryKey, out var history) || !file.Metadata.TryGetValue(FingerprintKey, out var description)
            || !file.Tensors.TryGetValue(OptimizerKey, out var state))
            throw new InvalidDataException($"{path} is not the checkpoint of a training.");

        List<EpochRecord> epochs;
        try
        {
            var before = Parse(description);
            foreach (var (name, value) in fingerprint)
                if (before.GetValueOrDefault(name) is var earlier && earlier != value)
                    throw new InvalidDataException($"{path} was trained with {name} '{earlier}', not '{value}': resume with the same, or begin anew.");
            epochs = JsonSerializer.Deserialize<List<EpochRecord>>(history) ?? throw new JsonException("it is null");
            if (epochs.Exists(record => record is null))
                throw new JsonException("an epoch is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} has a malformed history: {e.Message}", e);
        }

        var bestTensors = WithPrefix(file, BestPrefix);
        AutoencoderFile.CheckFits(bestTensors, best, model.GetName(), path);
        AutoencoderFile.CopyWeights(WithPrefix(file, LastPrefix), model, path);
        using var _ = no_grad();
        foreach (var (name, tensor) in bestTensors)
            best[name].copy_(tensor);
        try
        {
            using var reader = new BinaryReader(new MemoryStream(state.data<byte>().ToArray()));
            optimizer.load_state_dict(reader);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path} has an optimizer state that does not fit: {e.Message}", e);
        }
        return epochs;
    }

    /// <summary>Reads the seed that a training began with.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint of a training.</exception>
    public static int ReadSeed(string path)
    {
        using var file = SafeTensorsFile.Read(path);
        try
        {
            if (file.Metadata.TryGetValue(FingerprintKey, out var description) && int.TryParse(Parse(description).GetValueOrDefault(SeedName), out var seed))
                return seed;
        }
        catch (JsonException)
        {
        }
        throw new InvalidDataException($"{path} is not the checkpoint of a training.");
    }

    private static Dictionary<string, string> Parse(string description) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(description) ?? throw new JsonException("its options are null");

    private static Dictionary<string, Tensor> WithPrefix(SafeTensorsFile file, string prefix) =>
        file.Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
}
