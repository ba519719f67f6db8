using System.Text.Json;
using CsvHelper;
using FashionAE.Torch;

namespace FashionAE.Studies.Runs;

/// <summary>The files of a run. Each is written whole or not at all.</summary>
public sealed class RunFolder(string path)
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

    public RunEnvironment? ReadEnvironment() => System.IO.File.Exists(File("environment.json")) ? Read<RunEnvironment>("environment.json") : null;

    /// <summary>Reads the course of the training.</summary>
    public TrainingHistory ReadHistory()
    {
        var path = File("history.csv");
        if (!System.IO.File.Exists(path))
            throw NotFinished("history.csv");
        try
        {
            using var text = new StreamReader(path);
            using var csv = CsvReader.Create(text);
            var epochs = new List<EpochRecord>();
            while (csv.Read())
                epochs.Add(new EpochRecord(
                    int.Parse(csv.GetString(0)), double.Parse(csv.GetString(1)), OrNull(csv.GetString(2)), OrNull(csv.GetString(3)),
                    double.Parse(csv.GetString(4)), double.Parse(csv.GetString(5))));
            return new TrainingHistory(epochs, TrainingOutcome.Completed);
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException or CsvFormatException)
        {
            throw new InvalidDataException($"{path} is corrupt ({e.Message.TrimEnd('.')}): train the run anew.", e);
        }

        static double? OrNull(string field) => field.Length == 0 ? null : double.Parse(field);
    }

    /// <summary>Reads all of a finished run; the caller disposes it.</summary>
    public TrainedRun Load()
    {
        var (options, history, metrics, environment) = (ReadOptions(), ReadHistory(), ReadMetrics(), ReadEnvironment());
        return new TrainedRun(System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path))), options, ReadModel(), history, metrics, environment);
    }

    public void Write(RunOptions options) => AtomicFile.WriteText(File("options.json"), JsonSerializer.Serialize(options, Json) + "\n");

    public void Write(RunEnvironment environment) => AtomicFile.WriteText(File("environment.json"), JsonSerializer.Serialize(environment, Json) + "\n");

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
        foreach (var name in (string[])["options.json", "model.safetensors", "checkpoint.safetensors", "history.csv", "metrics.json", "environment.json"])
            System.IO.File.Delete(File(name));
    }

    private T Read<T>(string name)
    {
        if (!System.IO.File.Exists(File(name)))
            throw NotFinished(name);
        try
        {
            return JsonSerializer.Deserialize<T>(System.IO.File.ReadAllText(File(name)), Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{File(name)} is corrupt ({e.Message.Split(" Path:")[0].TrimEnd('.')}): train the run anew.", e);
        }
    }

    private FileNotFoundException NotFinished(string missing) =>
        new($"{Path} is not the folder of a finished run (it has no {missing}): train one with 'fashionae train'.");

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
