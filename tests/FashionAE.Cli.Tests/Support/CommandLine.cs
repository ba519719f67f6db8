using System.Diagnostics;
using System.Runtime.InteropServices;

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

    public string PathOf(params string[] names) => Path.Combine([Folder, .. names]);

    public CommandResult Run(params string[] arguments) => RunUntil(null, _ => { }, arguments);

    /// <summary>Interrupts the process as soon as a line of the output contains a text.</summary>
    public CommandResult InterruptAfter(string text, params string[] arguments) => RunUntil(text, Interrupt, arguments);

    /// <summary>Does something with the process as soon as a line of the output contains a text.</summary>
    public CommandResult RunUntil(string? text, Action<Process> then, params string[] arguments)
    {
        string[] command = [.. Launcher, "dotnet", Path.Combine(AppContext.BaseDirectory, "fashionae.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.Add(line);
            if (text is not null && line.Contains(text, StringComparison.Ordinal))
                then(process);
        }
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output, errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Does what Ctrl-C does.</summary>
    public static void Interrupt(Process process) => Signal(process.Id, 2);

    public static void Signal(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // A process that sends it could come too late.
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
