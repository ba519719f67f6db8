using System.Globalization;
using System.Text.Json;
using FashionAE.Cli.Tests.Support;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests;

public sealed class TrainingTests : IDisposable
{
    private readonly CommandLine _command = new();

    [Fact]
    public void An_interrupted_and_resumed_training_has_a_bitwise_equal_result()
    {
        string[] train = ["train", "denoising", "--data", CommandLine.Sample];
        var interrupted = _command.InterruptAfter("epoch   1 of", [.. train, "--epochs", "100000", "--out", "parts"]);
        Assert.Equal(130, interrupted.ExitCode);
        Assert.Empty(interrupted.Errors);
        Assert.True(File.Exists(_command.PathOf("parts", "model.safetensors")));
        Assert.False(File.Exists(_command.PathOf("parts", "metrics.json")));

        string[] epochs = ["--epochs", $"{File.ReadLines(_command.PathOf("parts", "history.csv")).Count() + 10}"];
        Assert.Equal(0, _command.Run([.. train, .. epochs, "--resume", "--out", "parts"]).ExitCode);
        Assert.Equal(0, _command.Run([.. train, .. epochs, "--out", "whole"]).ExitCode);
        foreach (var file in (string[])["model.safetensors", "metrics.json", "options.json"])
            Assert.Equal(File.ReadAllBytes(_command.PathOf("whole", file)), File.ReadAllBytes(_command.PathOf("parts", file)));
    }

    [SkippableFact]
    public void A_training_in_the_background_of_a_shell_ignores_SIGINT_and_ends_on_SIGTERM()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The signals are those of Linux.");
        using var background = new CommandLine { InterruptSignal = "ignore" };
        var result = background.Run(
            (process, line) =>
            {
                if (line.StartsWith("epoch   1 ", StringComparison.Ordinal))
                    CommandLine.Interrupt(process);
                else if (line.StartsWith("epoch  10 ", StringComparison.Ordinal))
                    CommandLine.Signal(process.Id, 15);
            },
            "train", "denoising", "--epochs", "100000", "--data", CommandLine.Sample, "--out", "run");
        Assert.Equal(130, result.ExitCode);
        Assert.Contains(result.Output, line => line.StartsWith("epoch  10 ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_keeps_its_files_and_can_be_evaluated_again()
    {
        var trained = _command.Run("train", "rotation", "--epochs", "1", "--copies", "1", "--data", CommandLine.Sample, "--out", "run");
        Assert.Equal(0, trained.ExitCode);
        Assert.Contains(trained.Output, line => line.StartsWith("epoch   1 of 1  train loss 0.", StringComparison.Ordinal));
        Assert.Equal(
            ["checkpoint.safetensors", "environment.json", "history.csv", "metrics.json", "model.safetensors", "options.json"],
            Directory.GetFiles(_command.PathOf("run")).Select(Path.GetFileName).Order());
        var history = File.ReadLines(_command.PathOf("run", "history.csv")).Select(line => line.Split(',')).ToArray();
        Assert.Equal(
            "epoch,trainLoss,validationLoss,testLoss,learningRate,seconds,trainExamples,trainLossSum,validationExamples,validationLossSum,testExamples,testLossSum",
            string.Join(',', history[0]));
        // The sample has 620 training images of the four classes, each with one copy, and 200 test images.
        Assert.Equal(("1240", "", "", "200"), (history[1][6], history[1][8], history[1][9], history[1][10]));
        Assert.Equal(1240 * double.Parse(history[1][1]), double.Parse(history[1][7]), 1e-9);
        Assert.Equal(200 * double.Parse(history[1][3]), double.Parse(history[1][11]), 1e-9);

        var metrics = File.ReadAllText(_command.PathOf("run", "metrics.json"));
        using var json = JsonDocument.Parse(metrics);
        var rotated = json.RootElement.GetProperty("conditions").GetProperty("rotated");
        Assert.Equal(200, rotated.GetProperty("overall").GetProperty("count").GetInt32());
        Assert.Equal(["Trouser", "Dress", "Sandal", "Bag"], rotated.GetProperty("perClass").EnumerateObject().Select(p => p.Name));
        Assert.InRange(rotated.GetProperty("judgedRight").GetDouble(), 0, 1);
        var counts = rotated.GetProperty("decodedClasses").EnumerateObject().ToDictionary(
            row => row.Name, row => row.Value.EnumerateObject().ToDictionary(cell => cell.Name, cell => cell.Value.GetInt32()));
        Assert.All(counts.Values, row => Assert.Equal(50, row.Values.Sum()));
        Assert.All(
            rotated.GetProperty("judgedRightPerClass").EnumerateObject(),
            right => Assert.Equal(counts[right.Name][right.Name] / 50.0, right.Value.GetDouble(), 1e-12));

        var evaluated = _command.Run("evaluate", "run", "--data", CommandLine.Sample);
        Assert.Equal(0, evaluated.ExitCode);
        Assert.Contains(evaluated.Output, line => line.StartsWith("Sandal ", StringComparison.Ordinal));
        Assert.Equal(metrics, File.ReadAllText(_command.PathOf("run", "metrics.json")));

        const string Title = "run by decoded class, as shares of the images of a class";
        var table = evaluated.Output.SkipWhile(line => line != Title).Skip(1).Select(Cells).ToArray();
        Assert.Equal(["class", "input", "Trouser", "Dress", "Sandal", "Bag"], table[0]);
        Assert.Equal(9, table.Length);
        Assert.Equal(["Trouser", "upright"], table[1][..2]);
        Assert.Equal(
            ["rotated", .. table[0][2..].Select(decoded => (counts["Bag"][decoded] / 50.0).ToString("F3", CultureInfo.InvariantCulture))],
            table[8]);
        var brief = _command.Run("evaluate", "run", "--saved", "--brief");
        Assert.DoesNotContain(Title, brief.Output);

        static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void With_patience_a_run_stops_when_it_has_converged()
    {
        const int Patience = 2;
        var trained = _command.Run(
            "train", "denoising", "--patience", $"{Patience}", "--learning-rate", "0.02", "--noise", "0", "--data", CommandLine.Sample, "--out", "run");
        Assert.Equal(0, trained.ExitCode);
        var losses = File.ReadLines(_command.PathOf("run", "history.csv")).Skip(1).Select(line => double.Parse(line.Split(',')[2])).ToArray();
        // Training must not stop earlier: in no earlier epoch was the lowest loss that many epochs ago.
        Assert.Equal(Patience, losses.Length - 1 - Array.IndexOf(losses, losses.Min()));
        for (var epochs = 1; epochs < losses.Length; epochs++)
            Assert.True(epochs - 1 - Array.IndexOf(losses, losses[..epochs].Min()) < Patience);
        Assert.Contains(
            $"Converged after {losses.Length} epochs: the validation loss was lowest in epoch {losses.Length - Patience}, {losses.Min():F5}.",
            trained.Output);
        Assert.Contains("\"patience\": 2", File.ReadAllText(_command.PathOf("run", "options.json")), StringComparison.Ordinal);
        Assert.Contains("\"epochs\": 500", File.ReadAllText(_command.PathOf("run", "options.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_short_form_stays_short_with_patience()
    {
        string[] train = ["train", "denoising", "--quick", "--data", CommandLine.Sample, "--out"];
        Assert.Equal(0, _command.Run([.. train, "run"]).ExitCode);
        Assert.Equal(0, _command.Run([.. train, "patient", "--patience", "400"]).ExitCode);
        int EpochsOf(string run) => File.ReadLines(_command.PathOf(run, "history.csv")).Count();
        Assert.Equal(EpochsOf("run"), EpochsOf("patient"));
    }

    [Theory]
    [InlineData("error: --patience must be 1 or more.", "--patience", "0")]
    [InlineData("error: --patience must be omitted with --recipe tuned.", "--patience", "3", "--recipe", "tuned")]
    public void Invalid_patience_is_rejected(string error, params string[] options)
    {
        var result = _command.Run(["train", "denoising", .. options, "--data", CommandLine.Sample, "--out", "run"]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(error, Assert.Single(result.Errors));
    }

    [Fact]
    public void A_learning_rate_that_is_too_high_causes_a_warning()
    {
        var result = _command.Run(
            "train", "rotation", "--inputs", "upright", "--epochs", "1", "--learning-rate", "1e-7", "--data", CommandLine.Sample, "--out", "run");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(
            "^warning: The mean squared error of epoch 1 is 0[.][0-9]{5}[.] .* no better than the mean image. LearningRate is 1E-07; .*--learning-rate",
            Assert.Single(result.Errors));
    }

    [Fact]
    public void A_tuned_run_records_its_recipe_and_another_recipe_does_not_continue_it()
    {
        string[] train = ["train", "denoising", "--epochs", "2", "--data", CommandLine.Sample, "--out", "run"];
        Assert.Equal(0, _command.Run([.. train, "--recipe", "tuned"]).ExitCode);
        Assert.Contains("\"recipe\": \"tuned\"", File.ReadAllText(_command.PathOf("run", "options.json")), StringComparison.Ordinal);
        var rates = File.ReadLines(_command.PathOf("run", "history.csv")).Skip(1).Select(line => double.Parse(line.Split(',')[4])).ToArray();
        Assert.True(rates[1] < rates[0] / 100, "One cycle ends with almost nothing.");

        var other = _command.Run([.. train, "--recipe", "study", "--resume"]);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("was trained with", Assert.Single(other.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void TensorBoard_gets_the_scalars_and_pictures_of_every_epoch()
    {
        var result = _command.Run("train", "denoising", "--epochs", "2", "--data", CommandLine.Sample, "--out", "run", "--tensorboard", "board");
        Assert.Equal(0, result.ExitCode);
        var board = new Board(_command.PathOf("board"));
        Assert.Equal([1, 2], board.Steps);
        Assert.Equal(
            ["code/1", "code/2", "learning rate", "loss/test", "loss/train", "loss/validation", "originals above reconstructions"], board.Tags);
        // Sixteen test images and their reconstructions, 28x28 pixels each.
        Assert.All(board.Pictures("originals above reconstructions"), png => Assert.Equal(2 * 16 * 784, Board.Pixels(png).Length));
    }

    [Fact]
    public void The_doctor_reports_its_findings()
    {
        var result = _command.Run("doctor", "--data", CommandLine.Sample);
        foreach (var subject in (string[])["TorchSharp", "libtorch", "BLAS", "sgemm", "convolutions", "threads", "waiting", "CUDA"])
            Assert.Contains(result.Output, line => line.StartsWith(subject + " ", StringComparison.Ordinal));
        Assert.Contains(result.Output, line => line.StartsWith("Fashion-MNIST", StringComparison.Ordinal) && line.EndsWith(CommandLine.Sample, StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_doctor_recommends_as_many_threads_as_free_cores(int moreThanCores)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux reports the load.");
        var cores = Environment.ProcessorCount;
        _command.Variables["OMP_NUM_THREADS"] = moreThanCores == 0 ? "1" : $"{cores + 1}";
        var result = _command.Run("doctor", "--data", CommandLine.Sample);
        var found = Assert.Single(result.Output, line => line.StartsWith("load ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var free = Math.Clamp(cores - Math.Round(double.Parse(found[1], System.Globalization.CultureInfo.InvariantCulture)), 1, cores);
        Assert.Equal(moreThanCores == 0 ? -1 : free, Array.IndexOf(found, "--threads") is var at and >= 0 ? double.Parse(found[at + 1]) : -1);
        // One thread is fine if the other cores are busy.
        Assert.Equal(
            moreThanCores == 0 && free > 1,
            result.Output.Any(line => line.StartsWith("threads: only one of", StringComparison.Ordinal)));
    }

    public void Dispose() => _command.Dispose();
}
