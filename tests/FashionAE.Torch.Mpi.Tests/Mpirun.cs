using System.Diagnostics;
using System.Reflection;
using FashionAE.Tests.Shared;

namespace FashionAE.Torch.Mpi.Tests;

/// <summary>Runs the worker on several ranks.</summary>
internal static class Mpirun
{
    private static readonly string Worker = typeof(Mpirun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Worker").Value!;

    public static (int ExitCode, string[] Output, string Errors) Run(string launcher, int ranks, params string[] arguments)
    {
        string[] options = launcher == MpiExchangeTests.OpenMpi ? ["--oversubscribe", "--bind-to", "none", "--allow-run-as-root"] : [];
        var start = new ProcessStartInfo(launcher, [.. options, "-np", $"{ranks}", "dotnet", Worker, .. arguments]);
        // Open MPI gives its ranks terminals, and .NET would write control sequences to them.
        start.Environment["TERM"] = "dumb";
        var (exitCode, output, errors) = ChildProcess.Run(start);
        return (exitCode, [.. output.Where(line => line.Length > 0).Order(StringComparer.Ordinal)], errors);
    }
}
