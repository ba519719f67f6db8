using System.Diagnostics;

namespace FashionAE.Tests.Shared;

/// <summary>Runs programs to their end. If a program exceeds the limit, the test fails and the program is ended.</summary>
internal static class ChildProcess
{
    /// <summary>
    /// The time limit of a program. The slowest one needs a minute if it runs alone, and many times as long on a busy core.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program and reads its whole output.</summary>
    /// <param name="start">The program. Its output and errors are redirected.</param>
    /// <param name="onLine">Called with the running process for each line of its output; null for nothing.</param>
    /// <param name="limit">The time limit; null for <see cref="Limit"/>.</param>
    /// <returns>The exit code, the lines of the output, and the errors.</returns>
    /// <exception cref="TimeoutException">
    /// The program, or a program that it started and that holds its output open, did not end within the limit.
    /// </exception>
    public static (int ExitCode, IReadOnlyList<string> Output, string Errors) Run(
        ProcessStartInfo start, Action<Process, string>? onLine = null, TimeSpan? limit = null)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var overdue = new CancellationTokenSource(limit ?? Limit);
        using var process = Process.Start(start)!;
        var output = new List<string>();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            while (Await(process.StandardOutput.ReadLineAsync(), overdue) is { } line)
            {
                output.Add(line);
                onLine?.Invoke(process, line);
            }
            Await(errors, overdue);
            process.WaitForExitAsync(overdue.Token).GetAwaiter().GetResult();
            return (process.ExitCode, output, errors.Result);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {limit ?? Limit}. It wrote:\n"
                + $"{string.Join('\n', output)}\n{(errors.IsCompletedSuccessfully ? errors.Result : "")}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }
        }
    }

    /// <summary>Kills a process and its children after the time limit. Dispose the result before the process.</summary>
    public static CancellationTokenSource KillAfterLimit(Process process)
    {
        var source = new CancellationTokenSource(Limit);
        source.Token.Register(() => process.Kill(entireProcessTree: true));
        return source;
    }

    // A read from a pipe that another process holds open cannot be canceled, but waiting for it can.
    private static T Await<T>(Task<T> task, CancellationTokenSource overdue)
    {
        task.Wait(overdue.Token);
        return task.Result;
    }
}
