using System.Diagnostics;
using System.Runtime.InteropServices;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Runs the command as its users do: as a process.</summary>
internal sealed class CommandLine : IDisposable
{
    /// <summary>Gets the folder that the process works in: one of its own unless set.</summary>
    public string Folder
    {
        get => field ??= Directory.CreateTempSubdirectory("fashionae-cli-").FullName;
        init;
    }

    public static string Sample { get; } = Path.Combine(AppContext.BaseDirectory, "sample");

    /// <summary>Gets what the process has in its environment beside what the tests have; null for a variable that it shall not have.</summary>
    public Dictionary<string, string?> Variables { get; } = new()
    {
        // TorchSharp would take native libraries that the program lacks from there.
        ["NUGET_PACKAGES"] = "/nonexistent",
    };

    /// <summary>Gets what starts the process, such as mpirun with its options; nothing but .NET unless set.</summary>
    public string[] Launcher { get; init; } = [];

    /// <summary>
    /// Gets how the process finds SIGINT: "default", as a terminal's foreground has it, or "ignore", as shells start what they put in the
    /// background. The tests themselves may have been started either way.
    /// </summary>
    public string InterruptSignal { get; init; } = "default";

    public string PathOf(params string[] names) => Path.Combine([Folder, .. names]);

    public CommandResult Run(params string[] arguments) => Run((_, _) => { }, arguments);

    /// <summary>Interrupts the process as soon as a line of the output contains a text.</summary>
    public CommandResult InterruptAfter(string text, params string[] arguments) => RunUntil(text, Interrupt, arguments);

    /// <summary>Does something with the process as soon as a line of the output contains a text.</summary>
    public CommandResult RunUntil(string text, Action<Process> then, params string[] arguments) =>
        Run((process, line) =>
        {
            if (line.Contains(text, StringComparison.Ordinal))
                then(process);
        }, arguments);

    /// <summary>Runs the command, and does something with the process at each line of its output.</summary>
    public CommandResult Run(Action<Process, string> onLine, params string[] arguments)
    {
        string[] command = [.. Launcher, "dotnet", Path.Combine(AppContext.BaseDirectory, "fashionae.dll"), .. arguments];
        // env, of GNU, becomes the command: the process keeps its number.
        string[] signal = OperatingSystem.IsLinux() ? ["env", $"--{InterruptSignal}-signal=INT"] : [];
        command = [.. signal, .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Folder };
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        var (exitCode, output, errors) = ChildProcess.Run(start, onLine);
        return new CommandResult(exitCode, output, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Does what Ctrl-C does.</summary>
    public static void Interrupt(Process process) => Signal(process.Id, 2);

    public static void Signal(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // A process that sends it could come too late.
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
