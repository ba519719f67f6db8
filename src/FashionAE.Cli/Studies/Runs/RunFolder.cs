using System.Text.Json;
using CsvHelper;
using static System.IO.Path;

namespace FashionAE.Cli;

/// <summary>Reads and writes the files of a run. Writes each file atomically.</summary>
internal sealed class RunFolder(string path)
{
    private const string OptionsFile = "options.json";
    private const string MetricsFile = "metrics.json";
    private const string EnvironmentFile = "environment.json";
    private const string HistoryFile = "history.csv";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public string Path { get; } = path;
    public string ModelPath => PathOf("model.safetensors");
    public string CheckpointPath => PathOf("checkpoint.safetensors");

    /// <summary>Gets a value indicating whether the folder holds at least one finished epoch.</summary>
    public bool HasRun => File.Exists(ModelPath) || File.Exists(CheckpointPath);
    private string[] Files =>
        [PathOf(OptionsFile), PathOf(MetricsFile), PathOf(EnvironmentFile), PathOf(HistoryFile), ModelPath, CheckpointPath];

    /// <inheritdoc cref="FolderLock.Take"/>
    public IDisposable Lock() => FolderLock.Take(Path, Files);

    public RunOptions ReadOptions()
    {
        var options = Read<RunOptions>(OptionsFile);
        var study = Study.All.FirstOrDefault(s => s.Name == options.Study)
            ?? throw Corrupt(OptionsFile, $"there is no study '{options.Study}'");
        if (study.Lacks(options) is { } member)
            throw Corrupt(OptionsFile, $"it has no '{member}'");
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
            throw Corrupt(OptionsFile, e.Message.Split(" (Parameter")[0], e);
        }
    }

    public RunMetrics ReadMetrics()
    {
        var metrics = Read<RunMetrics>(MetricsFile);
        if (metrics.Lacks is { } member)
            throw Corrupt(MetricsFile, $"it has no '{member}'");
        return metrics.IsPossible ? metrics : throw Corrupt(MetricsFile, "it has a score that is out of range");
    }

    public Autoencoder ReadModel() => File.Exists(ModelPath) ? AutoencoderFile.Load(ModelPath) : throw new FileNotFoundException(
        $"{Path} has no model yet: no epoch of its training is complete. Continue with 'fashionae train ... --resume --out {Path}'.");

    /// <summary>Reads the environment of the training; null for a run of an older version, which did not record it.</summary>
    public RunEnvironment? ReadEnvironment()
    {
        if (!File.Exists(PathOf(EnvironmentFile)))
            return null;
        var environment = Read<RunEnvironment>(EnvironmentFile);
        return environment is { Cores: > 0, Threads: > 0 } ? environment : throw Corrupt(EnvironmentFile, "it has no cores or no threads");
    }

    /// <summary>Reads the training history.</summary>
    public TrainingHistory ReadHistory()
    {
        try
        {
            using var text = new StreamReader(Open(HistoryFile));
            using var csv = CsvReader.Create(text);
            var epochs = new List<EpochRecord>();
            while (csv.Read())
                epochs.Add(ReadEpoch(csv));
            return epochs.Index().All(epoch => epoch.Item.Epoch == epoch.Index + 1)
                ? new TrainingHistory(epochs, TrainingOutcome.Completed)
                : throw new FormatException("epochs are missing or duplicated");
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException or CsvFormatException)
        {
            throw Corrupt(HistoryFile, e.Message, e);
        }
    }

    /// <summary>Reads a finished run. The caller must dispose it.</summary>
    public TrainedRun Load()
    {
        var (options, history, metrics, environment) = (ReadOptions(), ReadHistory(), ReadMetrics(), ReadEnvironment());
        var name = GetFileName(TrimEndingDirectorySeparator(GetFullPath(Path)));
        return new TrainedRun(name, options, ReadModel(), history, metrics, environment) { ModelPath = ModelPath };
    }

    public void Write(RunOptions options) => WriteJson(OptionsFile, options);

    public void Write(RunEnvironment environment) => WriteJson(EnvironmentFile, environment);

    public void Write(RunMetrics metrics) => WriteJson(MetricsFile, metrics);

    public void Write(TrainingHistory history) => AtomicFile.Write(PathOf(HistoryFile), stream =>
    {
        using var csv = CsvWriter.Create(stream, leaveOpen: true);
        csv.WriteHeader(
            "epoch", "trainLoss", "validationLoss", "testLoss", "learningRate", "seconds",
            "trainExamples", "trainLossSum", "validationExamples", "validationLossSum", "testExamples", "testLossSum");
        foreach (var e in history.Epochs)
            csv.WriteRecord(
                $"{e.Epoch}", $"{e.TrainLoss}", $"{e.ValidationLoss}", $"{e.TestLoss}", $"{e.LearningRate}", $"{e.Seconds:F3}",
                $"{e.TrainExamples}", $"{e.TrainLossSum}", $"{e.ValidationExamples}", $"{e.ValidationLossSum}", $"{e.TestExamples}",
                $"{e.TestLossSum}");
    });

    public void Write(Autoencoder model) => AutoencoderFile.Save(model, ModelPath);

    /// <summary>Removes the files of an earlier run, and keeps all other files.</summary>
    public void Clear() => Array.ForEach(Files, File.Delete);

    private static EpochRecord ReadEpoch(CsvReader csv)
    {
        // Files of earlier versions have no columns with numbers of examples.
        string? Field(int i) => i < csv.FieldCount && csv.GetString(i) is { Length: > 0 } field ? field : null;
        double? Number(int i) => Field(i) is { } field ? double.Parse(field) : null;
        long? Count(int i) => Field(i) is { } field ? long.Parse(field) : null;

        var epoch = new EpochRecord(
            int.Parse(csv.GetString(0)), double.Parse(csv.GetString(1)), Number(2), Number(3), double.Parse(csv.GetString(4)),
            double.Parse(csv.GetString(5)))
        {
            TrainExamples = Count(6),
            ValidationExamples = Count(8),
            TestExamples = Count(10),
        };
        double?[] numbers = [epoch.TrainLoss, epoch.ValidationLoss, epoch.TestLoss, epoch.LearningRate, epoch.Seconds];
        long?[] counts = [epoch.TrainExamples, epoch.ValidationExamples, epoch.TestExamples];
        return numbers.All(number => double.IsFinite(number ?? 0)) && counts.All(count => count is null or > 0)
            && epoch is { LearningRate: > 0, Seconds: >= 0 }
            ? epoch
            : throw new FormatException($"epoch {epoch.Epoch} has an invalid value");
    }

    private FileStream Open(string name) => File.Exists(PathOf(name)) ? AtomicFile.OpenRead(PathOf(name)) : throw new FileNotFoundException(
        $"{Path} is not the folder of a finished run (it has no {name}): train one with 'fashionae train'.");

    private T Read<T>(string name)
    {
        using var file = Open(name);
        try
        {
            return JsonSerializer.Deserialize<T>(file, Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw Corrupt(name, $"{e.Message.Split(". ")[0].TrimEnd('.')}{(e.Path is null ? "" : $", at {e.Path}")}", e);
        }
    }

    private void WriteJson<T>(string name, T content) => AtomicFile.WriteText(PathOf(name), JsonSerializer.Serialize(content, Json) + "\n");

    private InvalidDataException Corrupt(string name, string reason, Exception? inner = null) =>
        new($"{PathOf(name)} is corrupt ({reason.TrimEnd('.')}): train the run again.", inner);

    private string PathOf(string name) => Combine(Path, name);
}
