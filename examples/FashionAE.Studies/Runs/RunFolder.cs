using System.Text.Json;
using CsvHelper;
using FashionAE.Torch;

namespace FashionAE.Studies.Runs;

/// <summary>The files of a run. Each is written whole or not at all.</summary>
public sealed class RunFolder(string path)
{
    private static readonly string[] Files = ["options.json", "model.safetensors", "checkpoint.safetensors", "history.csv", "metrics.json", "environment.json"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public string Path { get; } = path;

    public string ModelPath => File("model.safetensors");

    public string CheckpointPath => File("checkpoint.safetensors");

    /// <summary>Gets a value indicating whether there is something to lose: at least one finished epoch.</summary>
    public bool HasRun => System.IO.File.Exists(ModelPath) || System.IO.File.Exists(CheckpointPath);

    /// <summary>Makes the folder where there is none, keeps others from writing to it, and removes what a killed process has left half written.</summary>
    /// <returns>What lets others write again when it is disposed.</returns>
    /// <exception cref="IOException">Another process writes to the folder.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(Path);
        var held = new RunLock(Path);
        foreach (var file in Files.SelectMany(name => Directory.GetFiles(Path, $"{name}.*.tmp")))
            System.IO.File.Delete(file);
        return held;
    }

    public RunOptions ReadOptions()
    {
        const string Name = "options.json";
        var options = Read<RunOptions>(Name);
        var study = Study.All.FirstOrDefault(s => s.Name == options.Study) ?? throw Corrupt(Name, $"there is no study '{options.Study}'");
        if (study.Lacks(options) is { } member)
            throw Corrupt(Name, $"it has no '{member}'");
        try
        {
            if (!double.IsFinite(options.Degrees ?? 0) || !double.IsFinite(options.Noise ?? 0))
                throw new ArgumentException("degrees or noise is infinite");
            study.Training(options).Validate();
            study.Conditions(options);
            return options;
        }
        catch (ArgumentException e)
        {
            throw Corrupt(Name, e.Message.Split(" (Parameter")[0], e);
        }
    }

    public RunMetrics ReadMetrics()
    {
        const string Name = "metrics.json";
        var metrics = Read<RunMetrics>(Name);
        if (metrics.Lacks is { } member)
            throw Corrupt(Name, $"it has no '{member}'");
        return metrics.IsPossible ? metrics : throw Corrupt(Name, "it has a score that cannot be");
    }

    public Autoencoder ReadModel()
    {
        if (!System.IO.File.Exists(ModelPath))
            throw new FileNotFoundException($"{Path} has no model yet: no epoch of its training was finished. Go on with 'fashionae train ... --resume --out {Path}'.");
        return AutoencoderFile.Load(ModelPath);
    }

    public RunEnvironment? ReadEnvironment()
    {
        const string Name = "environment.json";
        if (!System.IO.File.Exists(File(Name)))
            return null;
        var environment = Read<RunEnvironment>(Name);
        return environment is { Cores: > 0, Threads: > 0 } ? environment : throw Corrupt(Name, "it has no cores or no threads");
    }

    /// <summary>Reads the course of the training.</summary>
    public TrainingHistory ReadHistory()
    {
        var path = File("history.csv");
        if (!System.IO.File.Exists(path))
            throw NotFinished("history.csv");
        try
        {
            using var text = new StreamReader(FileKind.OpenRead(path));
            using var csv = CsvReader.Create(text);
            var epochs = new List<EpochRecord>();
            while (csv.Read())
                epochs.Add(new EpochRecord(
                    int.Parse(csv.GetString(0)), double.Parse(csv.GetString(1)), OrNull(csv.GetString(2)), OrNull(csv.GetString(3)),
                    double.Parse(csv.GetString(4)), double.Parse(csv.GetString(5)))
                {
                    TrainExamples = CountOrNull(csv, 6),
                    ValidationExamples = CountOrNull(csv, 8),
                    TestExamples = CountOrNull(csv, 10),
                });
            if (epochs.FindIndex(epoch => !epoch.IsFinite) is >= 0 and var bad)
                throw new FormatException($"epoch {bad + 1} has a number that is none");
            if (epochs.Where((epoch, i) => epoch.Epoch != i + 1).Any())
                throw new FormatException("epochs are missing or twice there");
            return new TrainingHistory(epochs, TrainingOutcome.Completed);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException or CsvFormatException)
        {
            throw Corrupt("history.csv", e.Message, e);
        }

        static double? OrNull(string field) => field.Length == 0 ? null : double.Parse(field);

        // Earlier versions have not written them.
        static long? CountOrNull(CsvReader csv, int column) => column < csv.FieldCount && csv.GetString(column) is { Length: > 0 } field ? long.Parse(field) : null;
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
        csv.WriteHeader(
            "epoch", "trainLoss", "validationLoss", "testLoss", "learningRate", "seconds",
            "trainExamples", "trainLossSum", "validationExamples", "validationLossSum", "testExamples", "testLossSum");
        foreach (var e in history.Epochs)
            csv.WriteRecord(
                $"{e.Epoch}", $"{e.TrainLoss}", $"{e.ValidationLoss}", $"{e.TestLoss}", $"{e.LearningRate}", $"{e.Seconds:F3}",
                $"{e.TrainExamples}", $"{e.TrainLossSum}", $"{e.ValidationExamples}", $"{e.ValidationLossSum}", $"{e.TestExamples}", $"{e.TestLossSum}");
    });

    public void Write(Autoencoder model) => AutoencoderFile.Save(model, ModelPath);

    /// <summary>Empties the folder of an earlier run, all but files that are not a run's.</summary>
    public void Clear()
    {
        foreach (var name in Files)
            System.IO.File.Delete(File(name));
    }

    private T Read<T>(string name)
    {
        if (!System.IO.File.Exists(File(name)))
            throw NotFinished(name);
        try
        {
            using var file = FileKind.OpenRead(File(name));
            return JsonSerializer.Deserialize<T>(file, Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw Corrupt(name, $"{e.Message.Split(". ")[0].TrimEnd('.')}{(e.Path is null ? "" : $", at {e.Path}")}", e);
        }
    }

    private InvalidDataException Corrupt(string name, string reason, Exception? inner = null) =>
        new($"{File(name)} is corrupt ({reason.TrimEnd('.')}): train the run anew.", inner);

    private FileNotFoundException NotFinished(string missing) =>
        new($"{Path} is not the folder of a finished run (it has no {missing}): train one with 'fashionae train'.");

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
