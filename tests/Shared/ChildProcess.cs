using System.Diagnostics;

namespace FashionAE.Tests.Shared;

/// <summary>Runs programs to their end. One that does not end is killed, so that no test waits forever.</summary>
internal static class ChildProcess
{
    /// <summary>How long a program may run. The slowest needs a minute if it is alone; a busy core makes it many times as long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program and reads all that it writes.</summary>
    /// <param name="start">The program; its output and errors are redirected.</param>
    /// <param name="onLine">Called with the running process for each line of its output; null for nothing.</param>
    /// <returns>The exit code, the lines of the output, and the errors.</returns>
    /// <exception cref="TimeoutException">The program was killed because it did not end within <see cref="Limit"/>.</exception>
    public static (int ExitCode, IReadOnlyList<string> Output, string Errors) Run(
        ProcessStartInfo start, Action<Process, string>? onLine = null)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = new List<string>();
        using var overdue = KillAfterLimit(process);
        var errors = process.StandardError.ReadToEndAsync();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.Add(line);
            onLine?.Invoke(process, line);
        }
        process.WaitForExit();
        if (overdue.IsCancellationRequested)
            throw new TimeoutException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {Limit}. It wrote:\n"
                + $"{string.Join('\n', output)}\n{errors.Result}");
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>Kills a process, and those that it has started, when the limit is over; dispose the result before the process.</summary>
    public static CancellationTokenSource KillAfterLimit(Process process)
    {
        var source = new CancellationTokenSource(Limit);
        source.Token.Register(() => process.Kill(entireProcessTree: true));
        return source;
    }
}
