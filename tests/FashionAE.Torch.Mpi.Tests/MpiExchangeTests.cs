using FashionAE.Tests.Shared;
using static TorchSharp.torch;

namespace FashionAE.Torch.Mpi.Tests;

public sealed class MpiExchangeTests
{
    public const string OpenMpi = "mpirun.openmpi";
    private const string Mpich = "mpirun.mpich";

    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample");

    public static TheoryData<string, int> Launches => new() { { OpenMpi, 1 }, { OpenMpi, 2 }, { OpenMpi, 3 }, { Mpich, 1 }, { Mpich, 3 } };

    [SkippableTheory]
    [MemberData(nameof(Launches))]
    public void Sums_and_broadcasts_are_right_on_every_rank(string launcher, int ranks)
    {
        Require(launcher);
        var (exitCode, output, errors) = Mpirun.Run(launcher, ranks, "sums");
        Assert.True(exitCode == 0, errors);
        // Ranks that are not bound to cores share all cores.
        var threads = Math.Max(1, Environment.ProcessorCount / ranks);
        Assert.Equal(Enumerable.Range(0, ranks).Select(rank => $"{rank}: of {ranks}, {rank} of {ranks} here, {threads} threads, right, same"), output);
    }

    [SkippableTheory]
    [MemberData(nameof(Launches))]
    public void Ranks_get_equal_weights_bit_for_bit_and_those_of_one_process_up_to_rounding(string launcher, int ranks)
    {
        Require(launcher);
        var (exitCode, output, errors) = Mpirun.Run(launcher, ranks, "train", Sample);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(ranks, output.Length);
        var said = output.Select(line => line.Split(": ")[1]).Distinct().ToList();
        var fields = Assert.Single(said).Split(' ');
        // In two epochs, for all tensors except the one with a single value. A single rank averages nothing.
        Assert.Equal((ranks == 1 ? "0" : "30", "0"), (fields[1], fields[2]));

        using var all = FashionMnist.Load(FashionMnistSplit.Train, Sample);
        using var images = all.Select([.. Enumerable.Range(0, 300).Select(i => (long)i)]);
        manual_seed(1);
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
        var expected = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 2, BatchSize = 37, Seed = 5, Augmentation = new RandomRotation(), AugmentedCopies = 1 })
            .Train(images, test: images);
        Assert.Equal(2, expected.Epochs.Count);
        foreach (var (one, many) in expected.Epochs.SelectMany(e => new[] { e.TrainLoss, e.TestLoss!.Value }).Zip(fields[3..].Select(double.Parse)))
            Assert.InRange(many, one - 1e-4, one + 1e-4);
    }

    /// <summary>Seeds and initial weights are those of rank 0, whatever the other ranks would have drawn.</summary>
    [SkippableTheory]
    [InlineData("whole")]
    [InlineData("streamed")]
    public void Ranks_fit_the_same_step_of_a_pipeline(string memory)
    {
        Require(OpenMpi);
        var (exitCode, output, errors) = Mpirun.Run(OpenMpi, 2, "pipeline", Sample, memory);
        Assert.True(exitCode == 0, errors);
        Assert.Single(output, "0: told of the last epoch");
        var codes = output.Where(line => !line.EndsWith("epoch", StringComparison.Ordinal)).Select(line => line.Split(": ")[1]).ToList();
        Assert.Equal(2, codes.Count);
        Assert.EndsWith(" True", Assert.Single(codes.Distinct()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Errors_have_the_text_of_MPI_and_signals_are_left_to_dotnet()
    {
        Require(OpenMpi);
        var finished = Directory.CreateTempSubdirectory("fashionae-mpi-").FullName;
        var (exitCode, output, errors) = Mpirun.Run(OpenMpi, 2, "errors", finished);
        Directory.Delete(finished, recursive: true);
        Assert.Equal(3, exitCode);
        Assert.DoesNotContain("MPI_ABORT", errors, StringComparison.Ordinal);
        Assert.Equal(2 * 3, output.Length);
        for (var rank = 0; rank < 2; rank++)
        {
            Assert.Contains($"{rank}: MPI_Bcast of MPI failed: MPI_ERR_ROOT: invalid root", output);
            Assert.Contains($"{rank}: null", output);
            Assert.Contains($"{rank}: MPI has ended: do not exchange values after Complete.", output);
        }
    }

    /// <summary>At that moment the other ranks wait for this one, and would wait forever.</summary>
    [SkippableTheory]
    [InlineData(OpenMpi, "throw", "This rank has had enough.")]
    [InlineData(OpenMpi, "leave", "Rank 1 of 3 ends with exit code 5, and all others with it.")]
    [InlineData(Mpich, "leave", "Rank 1 of 3 ends with exit code 5, and all others with it.")]
    public void A_rank_that_fails_ends_the_others(string launcher, string task, string message)
    {
        Require(launcher);
        var (exitCode, output, errors) = Mpirun.Run(launcher, 3, task);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public void Without_MPI_one_line_says_what_to_install()
    {
        var error = Assert.Throws<DllNotFoundException>(() => MpiLibrary.Load(["libnone.so.40"]));
        Assert.StartsWith("MPI is not installed: install Open MPI", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_process_without_a_launcher_is_not_one_of_several() => Assert.False(MpiExchange.IsLaunched);

    private static void Require(string launcher) => InstalledProgram.Require(launcher, launcher == OpenMpi ? "openmpi-bin" : "mpich");
}
