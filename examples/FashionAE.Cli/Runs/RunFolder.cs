using System.Text.Json;
using CsvHelper;
using FashionAE.Torch.Models;
using FashionAE.Torch.Persistence;
using FashionAE.Torch.Training;

namespace FashionAE.Cli.Runs;

/// <summary>The files of a run. Each is written whole or not at all.</summary>
internal sealed class RunFolder(string path)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Path { get; } = path;

    public string ModelPath => File("model.safetensors");

    public string CheckpointPath => File("checkpoint.safetensors");

    /// <summary>Gets a value indicating whether there is something to lose: at least one finished epoch.</summary>
    public bool HasRun => System.IO.File.Exists(ModelPath) || System.IO.File.Exists(CheckpointPath);

    public void Create() => Directory.CreateDirectory(Path);

    public RunOptions ReadOptions() => Read<RunOptions>("options.json");

    public RunMetrics ReadMetrics() => Read<RunMetrics>("metrics.json");

    public Autoencoder ReadModel() => System.IO.File.Exists(ModelPath)
        ? AutoencoderFile.Load(ModelPath)
        : throw new FileNotFoundException($"{Path} has no model yet: no epoch of its training was finished. Go on with 'fashionae train ... --resume --out {Path}'.");

    public void Write(RunOptions options) => AtomicFile.WriteText(File("options.json"), JsonSerializer.Serialize(options, Json) + "\n");

    public void Write(RunMetrics metrics) => AtomicFile.WriteText(File("metrics.json"), JsonSerializer.Serialize(metrics, Json) + "\n");

    public void Write(TrainingHistory history) => AtomicFile.Write(File("history.csv"), stream =>
    {
        using var csv = CsvWriter.Create(stream, leaveOpen: true);
        csv.WriteHeader("epoch", "trainLoss", "validationLoss", "testLoss", "learningRate", "seconds");
        foreach (var e in history.Epochs)
            csv.WriteRecord($"{e.Epoch}", $"{e.TrainLoss}", $"{e.ValidationLoss}", $"{e.TestLoss}", $"{e.LearningRate}", $"{e.Seconds:F3}");
    });

    public void Write(Autoencoder model) => AutoencoderFile.Save(model, ModelPath);

    /// <summary>Empties the folder of an earlier run, all but files that are not a run's.</summary>
    public void Clear()
    {
        foreach (var name in (string[])["options.json", "model.safetensors", "checkpoint.safetensors", "history.csv", "metrics.json"])
            System.IO.File.Delete(File(name));
    }

    private T Read<T>(string name)
    {
        if (!System.IO.File.Exists(File(name)))
            throw new FileNotFoundException($"{Path} is not the folder of a finished run (it has no {name}): train one with 'fashionae train'.");
        try
        {
            return JsonSerializer.Deserialize<T>(System.IO.File.ReadAllText(File(name)), Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{File(name)} is corrupt ({e.Message.Split(" Path:")[0].TrimEnd('.')}): train the run anew.", e);
        }
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
