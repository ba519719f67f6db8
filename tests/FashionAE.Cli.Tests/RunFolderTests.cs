using System.Text.Json.Nodes;
using FashionAE.Cli.Tests.Support;
using FashionAE.Torch;

namespace FashionAE.Cli.Tests;

public sealed class RunFolderTests : IDisposable
{
    private const string Options = """{ "study": "rotation", "inputs": "rotated", "epochs": 51, "batchSize": 128, "learningRate": 0.001, "copies": 5, "degrees": 180, "noise": null, "seed": 1 }""";

    // The format of the first versions: without the environment, and with a member in British spelling.
    private const string Metrics = """
        {
          "conditions": {
            "clean": {
              "overall": { "count": 10, "meanSquaredError": 0.0125, "peakSignalToNoiseRatio": 19.5, "structuralSimilarity": 0.75 },
              "perClass": { "Bag": { "count": 10, "meanSquaredError": 0.0125, "peakSignalToNoiseRatio": 19.5, "structuralSimilarity": 0.75 } },
              "judgedRight": null,
              "judgedRightPerClass": null
            }
          },
          "nearestNeighbourAccuracy": 0.625,
          "classifierAccuracy": null
        }
        """;

    private readonly CommandLine _command = new();

    [Fact]
    public void Metrics_of_old_runs_are_read()
    {
        Write("metrics.json", JsonNode.Parse(Metrics)!);
        var result = _command.Run("evaluate", "--saved", "run");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["run", "clean", "0.0125", "19.50", "0.750", "0.625"], result.Output[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["Bag", "clean", "10", "0.0125", "19.50", "0.750"], result.Output[^1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Histories with and without the columns of counts and sums are read.</summary>
    [Fact]
    public void Histories_of_old_runs_are_read_as_new_ones()
    {
        var epoch = new EpochRecord(1, 0.5, 0.25, null, 0.001, 2.5);
        var folder = new RunFolder(_command.PathOf("run"));
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(_command.PathOf("run", "history.csv"), "epoch,trainLoss,validationLoss,testLoss,learningRate,seconds\n1,0.5,0.25,,0.001,2.500\n");
        Assert.Equal(epoch, Assert.Single(folder.ReadHistory().Epochs));

        var counted = epoch with { TrainExamples = 300, ValidationExamples = 7 };
        folder.Write(new TrainingHistory([counted], TrainingOutcome.Completed));
        Assert.Equal("1,0.5,0.25,,0.001,2.500,300,150,7,1.75,,", File.ReadLines(_command.PathOf("run", "history.csv")).Last());
        Assert.Equal(counted, Assert.Single(folder.ReadHistory().Epochs));
    }

    [Theory]
    [InlineData("conditions")]
    [InlineData("nearestNeighbourAccuracy")]
    [InlineData("overall", "conditions", "clean")]
    [InlineData("perClass", "conditions", "clean")]
    [InlineData("meanSquaredError", "conditions", "clean", "overall")]
    public void Metrics_without_a_member_are_reported_with_its_name(string member, params string[] place)
    {
        var metrics = JsonNode.Parse(Metrics)!;
        place.Aggregate(metrics, (node, name) => node[name]!).AsObject().Remove(member);
        Write("metrics.json", metrics);
        ExpectLine("run/metrics.json", member, "evaluate", "--saved", "run");
    }

    [Theory]
    [InlineData("clean", "conditions")]
    [InlineData("Bag", "conditions", "clean", "perClass")]
    [InlineData("conditions")]
    public void Metrics_without_a_value_are_reported_with_its_name(string member, params string[] place)
    {
        var metrics = JsonNode.Parse(Metrics)!;
        place.Aggregate(metrics, (node, name) => node[name]!)[member] = null;
        Write("metrics.json", metrics);
        ExpectLine("run/metrics.json", member, "evaluate", "--saved", "run");
    }

    [Theory]
    [InlineData("""{ "Bag": { "Bag": 9 } }""", "a score that is out of range")]
    [InlineData("""{ "Bag": { "Bag": 11, "Coat": -1 }, "Coat": { "Bag": 0, "Coat": 0 } }""", "a score that is out of range")]
    [InlineData("""{ "Bag": { "Coat": 10 } }""", "a score that is out of range")]
    [InlineData("""{ "Bag": { "Bag": 10 }, "Coat": null }""", "a score that is out of range")]
    [InlineData("""{ "Bag": { "Bag": 2147483647, "Coat": 2147483647 }, "Coat": { "Bag": 0, "Coat": 0 } }""", "a score that is out of range")]
    [InlineData("""{ "Bag": null }""", "Bag")]
    [InlineData("""{ "Coat": { "Coat": 0 } }""", "Bag")]
    public void Decoded_classes_that_do_not_count_every_image_once_are_an_error(string decodedClasses, string reason)
    {
        var metrics = JsonNode.Parse(Metrics)!;
        metrics["conditions"]!["clean"]!["decodedClasses"] = JsonNode.Parse(decodedClasses);
        Write("metrics.json", metrics);
        ExpectLine("run/metrics.json", reason, "evaluate", "--saved", "run");
    }

    [Fact]
    public void Decoded_classes_are_shown_as_shares_of_each_class()
    {
        var metrics = JsonNode.Parse(Metrics)!;
        metrics["conditions"]!["clean"]!["decodedClasses"] =
            JsonNode.Parse("""{ "Bag": { "Bag": 7, "Coat": 3 }, "Coat": { "Bag": 0, "Coat": 0 } }""");
        Write("metrics.json", metrics);
        var result = _command.Run("evaluate", "--saved", "run");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            [
                "run by decoded class, as shares of the images of a class",
                "class  input    Bag   Coat",
                "Bag    clean  0.700  0.300",
                "Coat   clean",
            ],
            result.Output.TakeLast(4));
    }

    [Theory]
    [InlineData("study")]
    [InlineData("epochs")]
    [InlineData("batchSize")]
    [InlineData("learningRate")]
    [InlineData("degrees")]
    [InlineData("inputs")]
    public void Options_without_a_member_are_reported_with_its_name(string member)
    {
        var options = JsonNode.Parse(Options)!;
        options.AsObject().Remove(member);
        Write("options.json", options);
        ExpectLine("run/options.json", member, "evaluate", "run", "--data", CommandLine.Sample);
    }

    [Fact]
    public void Options_of_an_unknown_study_are_reported()
    {
        var options = JsonNode.Parse(Options)!;
        options["study"] = "astrology";
        Write("options.json", options);
        ExpectLine("run/options.json", "astrology", "evaluate", "run", "--data", CommandLine.Sample);
    }

    [Fact]
    public void Only_one_run_at_a_time_writes_to_a_folder()
    {
        string[] train = ["train", "denoising", "--epochs", "100000", "--data", CommandLine.Sample, "--out", "run"];
        var first = _command.RunUntil("epoch   1 of", process =>
        {
            var options = File.ReadAllText(_command.PathOf("run", "options.json"));
            ExpectLine("run", "another run is writing to it", [.. train, "--overwrite", "--seed", "2"]);
            Assert.Equal(options, File.ReadAllText(_command.PathOf("run", "options.json")));
            CommandLine.Interrupt(process);
        }, train);
        Assert.Empty(first.Errors);
        Assert.Equal(130, first.ExitCode);
        Assert.Equal(["checkpoint.safetensors", "environment.json", "history.csv", "model.safetensors", "options.json"], Files());
    }

    [Fact]
    public void A_killed_run_does_not_block_others_and_its_temporary_files_are_removed()
    {
        string[] train = ["train", "denoising", "--data", CommandLine.Sample, "--out", "run"];
        _command.RunUntil("epoch   1 of", process => process.Kill(), [.. train, "--epochs", "100000"]);
        File.WriteAllText(_command.PathOf("run", $"checkpoint.safetensors.{Guid.NewGuid():N}.tmp"), "half of it");
        File.WriteAllText(_command.PathOf("run", "notes.tmp"), "mine");
        Assert.Equal(0, _command.Run([.. train, "--overwrite", "--epochs", "1"]).ExitCode);
        Assert.Equal(
            ["checkpoint.safetensors", "environment.json", "history.csv", "metrics.json", "model.safetensors", "notes.tmp", "options.json"], Files());
    }

    public void Dispose() => _command.Dispose();

    private IEnumerable<string?> Files() => [.. Directory.GetFiles(_command.PathOf("run")).Select(Path.GetFileName).Order(StringComparer.Ordinal)];

    private void Write(string file, JsonNode content)
    {
        Directory.CreateDirectory(_command.PathOf("run"));
        File.WriteAllText(_command.PathOf("run", file), content.ToJsonString());
    }

    private void ExpectLine(string named, string reason, params string[] arguments)
    {
        var result = _command.Run(arguments);
        var line = Assert.Single(result.Errors);
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }
}
