using System.Text;
using FashionAE.Cli.Tests.Support;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests;

/// <summary>Runs the command on several ranks of Open MPI, more ranks than cores.</summary>
public sealed class MpiTests(ExportedSample sample) : IClassFixture<ExportedSample>, IDisposable
{
    private const string Mpirun = "mpirun.openmpi";

    private readonly CommandLine _alone = new();
    private CommandLine? _together;

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranks_train_the_same_run_as_one_process(int ranks)
    {
        string[] train = ["train", "rotation", "--epochs", "2", "--copies", "1", "--data", CommandLine.Sample, "--out", "run"];
        var together = On(ranks).Run(train);
        Assert.True(together.ExitCode == 0, string.Join('\n', together.Errors));
        var alone = _alone.Run(train);
        Assert.Equal(alone.Output.Count, together.Output.Count);
        Assert.Equal($"Training rotation on rotated images{(ranks == 1 ? "" : $", {ranks} ranks")}", together.Output[0]);

        var (expected, actual) = (new RunFolder(_alone.PathOf("run")), new RunFolder(_together!.PathOf("run")));
        Assert.Equal(Directory.GetFiles(expected.Path).Select(Path.GetFileName).Order(), Directory.GetFiles(actual.Path).Select(Path.GetFileName).Order());
        AssertClose(expected, actual);
        Assert.Equal(ranks, actual.ReadEnvironment()!.Ranks);
    }

    [SkippableTheory]
    [InlineData(2)] // SIGINT
    [InlineData(15)]
    public void A_signal_to_any_rank_stops_all_and_the_run_can_be_continued(int signal)
    {
        string[] train = ["train", "rotation", "--data", CommandLine.Sample, "--out", "run"];
        var stopped = On(2).RunUntil("epoch   1 of", _ => CommandLine.Signal(ProcessOf(1), signal), [.. train, "--epochs", "100000"]);
        Assert.Equal(130, stopped.ExitCode);
        Assert.StartsWith("Stopped after epoch ", stopped.Output[^2], StringComparison.Ordinal);
        Assert.DoesNotContain(stopped.Errors, line => line.StartsWith("error", StringComparison.Ordinal) || line.StartsWith("Rank", StringComparison.Ordinal));

        using var three = new CommandLine { Launcher = LauncherOf(3) };
        Directory.Move(_together!.PathOf("run"), three.PathOf("run"));
        string[] epochs = ["--epochs", $"{new RunFolder(three.PathOf("run")).ReadHistory().Epochs.Count + 1}"];
        var resumed = three.Run([.. train, .. epochs, "--resume"]);
        Assert.True(resumed.ExitCode == 0, string.Join('\n', resumed.Errors));
        Assert.Equal(0, _alone.Run([.. train, .. epochs]).ExitCode);
        AssertClose(new RunFolder(_alone.PathOf("run")), new RunFolder(three.PathOf("run")));
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_killed_rank_ends_the_others_and_leaves_a_complete_checkpoint(int rank)
    {
        string[] train = ["train", "rotation", "--epochs", "100000", "--data", CommandLine.Sample, "--out", "run"];
        var killed = On(3).RunUntil("epoch   1 of", _ => CommandLine.Signal(ProcessOf(rank), 9), train);
        Assert.Equal(137, killed.ExitCode);
        Assert.Contains(killed.Errors, line => line.Contains($"process rank {rank} ", StringComparison.Ordinal));
        var resumed = On(1).Run("train", "rotation", "--resume", "--epochs", "1", "--data", CommandLine.Sample, "--out", "run");
        Assert.True(resumed.ExitCode == 0, string.Join('\n', resumed.Errors));
        Assert.NotEmpty(new RunFolder(_together!.PathOf("run")).ReadHistory().Epochs);
    }

    [SkippableFact]
    public void Only_the_first_rank_reports_a_wrong_option()
    {
        var result = On(3).Run("train", "rotation", "--epochs", "0", "--data", CommandLine.Sample, "--out", "run");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal("error: --epochs must be 1 or more.", Assert.Single(result.Errors, line => line.StartsWith("error", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(_together!.PathOf("run")));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranks_encode_the_same_bytes_as_one_process_with_the_same_number_of_threads(int ranks)
    {
        var together = On(ranks);
        foreach (var command in (CommandLine[])[_alone, together])
        {
            command.Variables["OMP_NUM_THREADS"] = "1";
            CopyImages(command);
        }
        Assert.Equal(1, Encode(_alone).ExitCode);
        var result = Encode(together);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"Merged {ranks} {(ranks == 1 ? "shard" : "shards")} with 40 of 41 images into codes.csv", result.Output[^1]);
        Assert.StartsWith($"error: {sample.Names[30]}: ", Assert.Single(result.Errors, line => line.StartsWith("error", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_alone.PathOf("codes.csv")), File.ReadAllBytes(together.PathOf("codes.csv")));
        Assert.Equal(["codes.csv"], Directory.GetFiles(together.Folder).Select(Path.GetFileName));
    }

    [SkippableFact]
    public void A_complete_part_is_not_encoded_again()
    {
        var together = On(2);
        CopyImages(together);
        Assert.Equal(1, Encode(new CommandLine { Folder = together.Folder }, "--shard", "2/2").ExitCode);
        var part = together.PathOf("codes.csv.2-of-2");
        // If the part were encoded again, the name would be correct.
        File.WriteAllText(part, File.ReadAllText(part).Replace(sample.Names[40], "kept.png", StringComparison.Ordinal), new UTF8Encoding(false));
        Assert.Equal(1, Encode(together).ExitCode);
        Assert.Contains("\nkept.png,", File.ReadAllText(together.PathOf("codes.csv")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_shard_option_is_rejected_under_mpirun()
    {
        var together = On(2);
        CopyImages(together);
        var result = Encode(together, "--shard", "1/2");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(result.Errors, line => line.StartsWith("error: --shard is for independent processes", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _alone.Dispose();
        _together?.Dispose();
    }

    private static string[] LauncherOf(int ranks)
    {
        InstalledProgram.Require(Mpirun, "openmpi-bin");
        return [Mpirun, "--oversubscribe", "--allow-run-as-root", "-np", $"{ranks}"];
    }

    /// <summary>Creates a command line for a number of ranks. All of them use the same folder.</summary>
    private CommandLine On(int ranks) => _together = new CommandLine { Launcher = LauncherOf(ranks), Folder = (_together ?? new CommandLine()).Folder };

    /// <summary>Finds the process of a rank in the folder.</summary>
    private int ProcessOf(int rank)
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
            try
            {
                var variables = File.ReadAllText(Path.Combine(process, "environ")).Split('\0');
                if (variables.Contains($"OMPI_COMM_WORLD_RANK={rank}") && new FileInfo(Path.Combine(process, "cwd")).LinkTarget == _together!.Folder)
                    return int.Parse(Path.GetFileName(process));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process has ended or belongs to another user.
            }
        throw new InvalidOperationException($"Rank {rank} does not run.");
    }

    private static void AssertClose(RunFolder expected, RunFolder actual)
    {
        foreach (var (one, many) in expected.ReadHistory().Epochs.Zip(actual.ReadHistory().Epochs, (one, many) => (one, many)))
        {
            // Sums in a different order differ in the last digit. The difference grows with every epoch: to 2e-5 to 5e-5 when measured.
            Assert.Equal(one.TrainLoss, many.TrainLoss, 1e-4 * one.Epoch);
            Assert.Equal(one.TestLoss!.Value, many.TestLoss!.Value, 1e-4 * one.Epoch);
        }
        Assert.Equal(expected.ReadHistory().Epochs.Count, actual.ReadHistory().Epochs.Count);
    }

    /// <summary>Creates 41 image files, one of which is not an image.</summary>
    private void CopyImages(CommandLine command)
    {
        Directory.CreateDirectory(command.PathOf("images"));
        foreach (var name in sample.Names.Take(41))
            File.Copy(Path.Combine(sample.Images, name), command.PathOf("images", name));
        File.WriteAllText(command.PathOf("images", sample.Names[30]), "no image");
    }

    private CommandResult Encode(CommandLine command, params string[] more) =>
        command.Run(["encode", "--model", sample.ModelFile, "--images", "images", "--out", "codes.csv", "--batch-size", "8", .. more]);
}
