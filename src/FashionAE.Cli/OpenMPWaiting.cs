using System.Runtime.InteropServices;

namespace FashionAE.Cli;

/// <summary>Controls how the threads of libtorch's OpenMP (GNU) wait for each other: they spin for a while, then sleep.</summary>
internal static partial class OpenMPWaiting
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string Policy = "OMP_WAIT_POLICY";

    /// <summary>
    /// Shortens the spinning on Linux, unless the user has set one of the variables. By default, threads spin for so long that two
    /// processes on one machine slow each other down many times over. A short spin has no measurable cost for a single process.
    /// </summary>
    /// <remarks>OpenMP reads the variable at load time from the environment of the C library, which is separate from .NET's.</remarks>
    public static void SetDefault()
    {
        if (OperatingSystem.IsLinux() && Describe().Length == 0 && SetEnvironmentVariable(SpinCount, "1000", 0) == 0)
            Environment.SetEnvironmentVariable(SpinCount, "1000");
    }

    /// <summary>Lists the variables that are set, with their values; empty if none is set.</summary>
    public static string Describe() => string.Join(", ", new[] { Policy, SpinCount }
        .Where(name => Environment.GetEnvironmentVariable(name) is not null)
        .Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}"));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
