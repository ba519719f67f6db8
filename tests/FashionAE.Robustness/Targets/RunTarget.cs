using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FashionAE.Cli;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Robustness.Targets;

/// <summary>Reads the folder of a run. Numbers and texts in CSV and JSON that are possible in a run are data.</summary>
internal sealed class RunTarget(string folder) : Target(folder)
{
    private static readonly string[] Texts = ["options.json", "metrics.json", "history.csv", "environment.json"];

    // The signal-to-noise ratio is infinite without noise.
    private static readonly JsonSerializerOptions Described = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Dictionary<string, byte[]> _originals = [];
    private bool _isText;

    public override bool MayDiffer => _isText;

    public override void Prepare()
    {
        var run = new RunFolder(PathOf());
        var scores = new ReconstructionMetrics(100, 0.02, 18.5, 0.7);
        var classes = new Dictionary<string, ReconstructionMetrics> { ["Bag"] = scores with { Count = 40 }, ["Ankle boot"] = scores with { Count = 60 } };
        run.Write(new RunOptions { Study = "rotation", Inputs = "rotated", Epochs = 2, BatchSize = 128, LearningRate = 1e-3, Copies = 5, Degrees = 180 });
        run.Write(new RunEnvironment(DateTimeOffset.UnixEpoch, "Linux", "A processor (X64)", 2, 2, "cpu", "2.10.0", ".NET 10"));
        run.Write(new RunMetrics(
            new Dictionary<string, ConditionMetrics>
            {
                ["upright"] = new(
                    scores, classes, 0.8, new Dictionary<string, double> { ["Bag"] = 0.9, ["Ankle boot"] = 0.75 },
                    new Dictionary<string, IReadOnlyDictionary<string, int>>
                    {
                        ["Bag"] = new Dictionary<string, int> { ["Bag"] = 36, ["Ankle boot"] = 4 },
                        ["Ankle boot"] = new Dictionary<string, int> { ["Bag"] = 15, ["Ankle boot"] = 45 },
                    }),
                ["rotated"] = new(scores, classes, null, null),
            },
            0.75, 0.9));
        run.Write(new TrainingHistory([new(1, 0.1, 0.09, null, 1e-3, 1.5), new(2, 0.05, 0.06, null, 1e-3, 1.25)], TrainingOutcome.Completed));
        manual_seed(1);
        using var model = new DenseArchitecture(new ImageShape(1, 4, 4), 2) { HiddenSizes = [4] }.Build();
        run.Write(model);
        foreach (var path in Directory.GetFiles(PathOf()))
            _originals.Add(Path.GetFileName(path), File.ReadAllBytes(path));
    }

    public override void Alter(Random random)
    {
        foreach (var (other, bytes) in _originals)
            File.WriteAllBytes(PathOf(other), bytes);
        _isText = random.Next(10) != 0;
        var name = _isText ? Texts[random.Next(Texts.Length)] : "model.safetensors";
        if (_isText)
            File.WriteAllText(PathOf(name), TextMutation.Apply(Encoding.UTF8.GetString(_originals[name]), random));
        else
            File.WriteAllBytes(PathOf(name), ByteMutation.Apply(_originals[name], random));
    }

    public override string Read()
    {
        using var run = new RunFolder(PathOf()).Load();
        Check(run);
        return $"{JsonSerializer.Serialize((object[])[run.Options, run.History, run.Metrics, run.Environment!], Described)} {Description.Of(run.Model)}";
    }

    private static void Check(TrainedRun run)
    {
        var options = run.Options;
        Require(options.Study is not null, options);
        Require(options is { Epochs: > 0, BatchSize: > 0, LearningRate: > 0, Copies: null or >= 0 }, options);
        Require(IsFinite(options.LearningRate) && IsFinite(options.Degrees) && IsFinite(options.Noise), options);
        Require(run.History.Epochs.Select((epoch, i) => epoch.Epoch == i + 1).All(isNext => isNext), run.History.Epochs.Count);
        foreach (var epoch in run.History.Epochs)
        {
            Require(IsFinite(epoch.TrainLoss) && IsFinite(epoch.ValidationLoss) && IsFinite(epoch.TestLoss), epoch);
            Require(epoch is { LearningRate: > 0, Seconds: >= 0 } && IsFinite(epoch.LearningRate) && IsFinite(epoch.Seconds), epoch);
        }
        Require(run.Metrics.Conditions is not null, run.Metrics);
        Require(IsShare(run.Metrics.NearestNeighborAccuracy) && IsShare(run.Metrics.ClassifierAccuracy), run.Metrics);
        foreach (var (name, condition) in run.Metrics.Conditions)
        {
            Require(condition is { Overall: not null, PerClass: not null } && condition.PerClass.Values.All(scores => scores is not null), name);
            Require(IsShare(condition.JudgedRight) && condition.JudgedRightPerClass?.Values.All(share => IsShare(share)) is not false, name);
            foreach (var (own, counts) in condition.DecodedClasses ?? new Dictionary<string, IReadOnlyDictionary<string, int>>())
                Require(
                    counts.Count == condition.DecodedClasses!.Count
                    && counts.Keys.All(decoded => IsShare(condition.DecodedShare(own, decoded))), own);
            foreach (var scores in condition.PerClass.Values.Append(condition.Overall))
                Require(
                    scores is { Count: >= 0, MeanSquaredError: >= 0, StructuralSimilarity: >= -1 and <= 1 } && IsFinite(scores.MeanSquaredError)
                    && !double.IsNaN(scores.PeakSignalToNoiseRatio), scores);
        }
        if (run.Environment is { } where)
        {
            Require(where is { OperatingSystem: not null, Processor: not null, Device: not null, Libtorch: not null, Runtime: not null }, where);
            Require(where is { Cores: > 0, Threads: > 0 }, where);
        }
    }

    private static bool IsFinite(double? number) => number is null || double.IsFinite(number.Value);

    private static bool IsShare(double? number) => number is null or (>= 0 and <= 1);

    private static void Require([DoesNotReturnIf(false)] bool condition, object value, [CallerArgumentExpression(nameof(condition))] string rule = "")
    {
        if (!condition)
            throw new ImplausibleException($"A run was read of which this is not true: {string.Join(' ', rule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))} ({value})");
    }
}
