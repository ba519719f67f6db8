using System.Runtime.InteropServices;

namespace FashionAE.Cli;

/// <summary>How threads of libtorch's OpenMP (GNU's) wait for each other: for a while by spinning, then asleep.</summary>
internal static partial class OpenMPWaiting
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string Policy = "OMP_WAIT_POLICY";

    /// <summary>
    /// Makes the spinning short unless the user has decided about it. By default threads spin for so long that two processes side by side
    /// slow each other many times over; a short spin costs nothing measurable where there is one alone.
    /// </summary>
    /// <remarks>OpenMP reads the variable when it is loaded, from the C library's environment, which is another than .NET's.</remarks>
    public static void SetDefault()
    {
        if (OperatingSystem.IsLinux() && Describe().Length == 0 && SetEnvironmentVariable(SpinCount, "1000", 0) == 0)
            Environment.SetEnvironmentVariable(SpinCount, "1000");
    }

    /// <summary>What is set, as variables; empty where nothing is.</summary>
    public static string Describe() => string.Join(", ", new[] { Policy, SpinCount }
        .Where(name => Environment.GetEnvironmentVariable(name) is not null)
        .Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}"));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
