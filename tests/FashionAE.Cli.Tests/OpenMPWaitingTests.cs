using FashionAE.Cli.Tests.Support;

namespace FashionAE.Cli.Tests;

/// <summary>Checks the settings that OpenMP itself prints (OMP_DISPLAY_ENV).</summary>
public sealed class OpenMPWaitingTests : IDisposable
{
    private readonly CommandLine _command = new();

    [SkippableTheory]
    [InlineData(null, null, "1000")]
    [InlineData("77", null, "77")]
    [InlineData(null, "passive", "0")]
    public void Threads_spin_briefly_unless_the_user_sets_the_waiting(string? spinCount, string? policy, string expected)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "GNU's OpenMP comes with libtorch on Linux alone.");
        _command.Variables["GOMP_SPINCOUNT"] = spinCount;
        _command.Variables["OMP_WAIT_POLICY"] = policy;
        _command.Variables["OMP_DISPLAY_ENV"] = "VERBOSE";
        var result = _command.Run("doctor", "--data", CommandLine.Sample);

        Assert.Contains(result.Errors, line => line.Contains($"GOMP_SPINCOUNT = '{expected}'", StringComparison.Ordinal));
        var waiting = Assert.Single(result.Output, line => line.StartsWith("waiting ", StringComparison.Ordinal));
        Assert.EndsWith(policy is null ? $"GOMP_SPINCOUNT={expected}" : $"OMP_WAIT_POLICY={policy}", waiting.TrimEnd(), StringComparison.Ordinal);
    }

    public void Dispose() => _command.Dispose();
}
