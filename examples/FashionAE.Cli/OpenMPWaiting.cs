using System.Runtime.InteropServices;

namespace FashionAE.Cli;

/// <summary>How threads of libtorch's OpenMP (GNU's) wait for each other: for a while by spinning, then asleep.</summary>
internal static class OpenMPWaiting
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string Policy = "OMP_WAIT_POLICY";
    private const string Default = "1000";

    /// <summary>
    /// Makes the spinning short unless the user has decided about it. By default threads spin for so long that two processes side by side,
    /// on as many cores as each has threads, slow each other many times over; a short spin costs nothing measurable where there is one alone.
    /// </summary>
    /// <remarks>OpenMP reads the variable when it is loaded, from the C library's environment, which is another than .NET's.</remarks>
    public static void SetDefault()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(SpinCount) is not null || Environment.GetEnvironmentVariable(Policy) is not null)
            return;
        if (SetEnvironmentVariable(SpinCount, Default, 0) == 0)
            Environment.SetEnvironmentVariable(SpinCount, Default);
    }

    /// <summary>What is set, as variables.</summary>
    public static string Describe()
    {
        var set = new[] { Policy, SpinCount }.Select(name => (name, value: Environment.GetEnvironmentVariable(name))).Where(variable => variable.value is not null);
        return string.Join(", ", set.Select(variable => $"{variable.name}={variable.value}")) is { Length: > 0 } text ? text : "as OpenMP has it";
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironmentVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
