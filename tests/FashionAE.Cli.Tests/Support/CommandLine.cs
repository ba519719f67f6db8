using System.Diagnostics;
using System.Runtime.InteropServices;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Runs the command as a process, as users do.</summary>
internal sealed class CommandLine : IDisposable
{
    /// <summary>Gets the working directory of the process. The default is a new temporary folder.</summary>
    public string Folder
    {
        get => field ??= Directory.CreateTempSubdirectory("fashionae-cli-").FullName;
        init;
    }

    public static string Sample { get; } = Path.Combine(AppContext.BaseDirectory, "sample");

    /// <summary>Gets the environment variables that differ from those of the tests; null removes a variable.</summary>
    public Dictionary<string, string?> Variables { get; } = new()
    {
        // Otherwise TorchSharp would load missing native libraries from the package folder.
        ["NUGET_PACKAGES"] = "/nonexistent",
    };

    /// <summary>Gets the command that starts the process, such as mpirun with its options. The default is empty.</summary>
    public string[] Launcher { get; init; } = [];

    /// <summary>
    /// Gets the initial action of SIGINT in the process: "default", like in the foreground of a terminal, or "ignore", like in the
    /// background of a shell. The tests themselves may run with either.
    /// </summary>
    public string InterruptSignal { get; init; } = "default";

    public string PathOf(params string[] names) => Path.Combine([Folder, .. names]);

    public CommandResult Run(params string[] arguments) => Run((_, _) => { }, arguments);

    /// <summary>Interrupts the process as soon as a line of the output contains a text.</summary>
    public CommandResult InterruptAfter(string text, params string[] arguments) => RunUntil(text, Interrupt, arguments);

    /// <summary>Runs an action on the process as soon as a line of the output contains a text.</summary>
    public CommandResult RunUntil(string text, Action<Process> then, params string[] arguments) =>
        Run((process, line) =>
        {
            if (line.Contains(text, StringComparison.Ordinal))
                then(process);
        }, arguments);

    /// <summary>Runs the command, and an action on the process at each line of the output.</summary>
    public CommandResult Run(Action<Process, string> onLine, params string[] arguments)
    {
        string[] command = [.. Launcher, "dotnet", Path.Combine(AppContext.BaseDirectory, "fashionae.dll"), .. arguments];
        // GNU env replaces itself with the command, so that the process id stays the same.
        string[] signal = OperatingSystem.IsLinux() ? ["env", $"--{InterruptSignal}-signal=INT"] : [];
        command = [.. signal, .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Folder };
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        var (exitCode, output, errors) = ChildProcess.Run(start, onLine);
        return new CommandResult(exitCode, output, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Sends SIGINT, like Ctrl-C.</summary>
    public static void Interrupt(Process process) => Signal(process.Id, 2);

    public static void Signal(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // Starting a program such as kill could be too slow.
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
