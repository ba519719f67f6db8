using System.Diagnostics;
using FashionAE.Tests.Shared;

namespace FashionAE.Torch.Tests.Support;

/// <summary>The system's Python. Tests that need it are skipped if it is not installed.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";

    public static (int ExitCode, string Errors) Run(params string[] arguments)
    {
        Skip.IfNot(File.Exists(Program), "There is no Python.");
        var start = new ProcessStartInfo(Program, arguments);
        // The threads of a second libtorch would compete with those of the tests.
        start.Environment["OMP_NUM_THREADS"] = "1";
        var (exitCode, _, errors) = ChildProcess.Run(start);
        return (exitCode, errors);
    }
}
