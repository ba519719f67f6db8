using System.Text.RegularExpressions;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Robustness.Targets;

/// <summary>Alters the bytes of a checkpoint, and continues the training for an epoch.</summary>
internal partial class CheckpointTarget(string folder) : Target(folder)
{
    private byte[] _original = [];

    protected string FilePath => PathOf("checkpoint.safetensors");

    public override void Prepare()
    {
        Train(epochs: 2, resume: false, seed: 5);
        // The duration of an epoch is different every time.
        Rewrite((_, text) => Seconds().Replace(text, "\"Seconds\":1"));
        _original = File.ReadAllBytes(FilePath);
    }

    public override void Alter(Random random) => File.WriteAllBytes(FilePath, ByteMutation.Apply(_original, random));

    public override string Read()
    {
        var altered = File.ReadAllBytes(FilePath);
        var result = Train(epochs: 3, resume: true, seed: null);
        File.WriteAllBytes(FilePath, altered);
        return result;
    }

    protected void Restore() => File.WriteAllBytes(FilePath, _original);

    /// <summary>Alters the texts in the metadata, and updates the checksum.</summary>
    protected void Rewrite(Func<string, string, string> alter)
    {
        var file = SafeTensorsFile.Read(FilePath);
        SafeTensorsFile.Write(FilePath, file.Tensors, file.Metadata.ToDictionary(text => text.Key, text => alter(text.Key, text.Value)));
    }

    [GeneratedRegex("\"Seconds\":[^,}]+")]
    private static partial Regex Seconds();

    private string Train(int epochs, bool resume, int? seed)
    {
        manual_seed(1);
        using var model = new DenseArchitecture(new ImageShape(1, 4, 4), 2) { HiddenSizes = [4] }.Build();
        using var images = new ImageSet(arange(12 * 16, ScalarType.Byte).reshape(12, 1, 4, 4), zeros(12, ScalarType.Int64), ["a thing"]);
        var history = new AutoencoderTrainer(model, new TrainingOptions
        {
            Epochs = epochs,
            BatchSize = 4,
            ValidationSetFraction = 0.25,
            Schedule = new PlateauSchedule(),
            Seed = seed,
            CheckpointPath = FilePath,
            Resume = resume,
        }).Train(images);
        return $"{string.Join(' ', history.Epochs.Select(epoch => epoch with { Seconds = 0 }))} {Description.Of(model)}";
    }
}

/// <summary>
/// Alters the history and the options in a checkpoint, and updates the checksum. Losses, the seed and the duration of an epoch are data. With
/// altered data, a training can continue to NaN weights.
/// </summary>
internal sealed class CheckpointMetadataTarget(string folder) : CheckpointTarget(folder)
{
    public override bool MayDiffer => true;

    public override void Alter(Random random)
    {
        Restore();
        var isHistory = random.Next(2) == 0;
        Rewrite((key, text) => key == "fashionae.history" == isHistory ? TextMutation.Apply(text, random) : text);
    }

    public override bool IsDocumented(Exception exception) => exception is InvalidDataException or NotFiniteNumberException;
}
