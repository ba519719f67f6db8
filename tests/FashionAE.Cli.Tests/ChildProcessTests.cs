using System.Diagnostics;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests;

/// <summary>Tests the start of programs in tests: no test waits forever or leaves a program running.</summary>
public class ChildProcessTests
{
    [SkippableTheory]
    [InlineData("echo hello; exec sleep 60")]
    [InlineData("echo hello; sleep 60 & exit 0")] // The shell has ended, and its child holds the output.
    [InlineData("echo hello; sleep 60 >/dev/null & exit 0")] // It holds the errors alone.
    public void A_program_that_does_not_end_is_reported_with_its_output(string script)
    {
        Skip.If(OperatingSystem.IsWindows(), "The programs are those of Unix.");
        var e = Assert.Throws<TimeoutException>(() => ChildProcess.Run(Shell(script), limit: TimeSpan.FromSeconds(2)));
        Assert.Contains("hello", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_failure_while_a_program_runs_ends_the_program()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has /proc.");
        var id = 0;
        Assert.Throws<InvalidDataException>(() => ChildProcess.Run(Shell("echo hello; exec sleep 60"), (process, _) =>
        {
            id = process.Id;
            throw new InvalidDataException();
        }));
        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    private static ProcessStartInfo Shell(string script) => new("sh", ["-c", script]);
}
