using System.Diagnostics;

namespace FashionAE.Tests.Shared;

/// <summary>Runs programs to their end. A test that waits for one fails when the limit is over, and leaves none running.</summary>
internal static class ChildProcess
{
    /// <summary>How long a program may run. The slowest needs a minute if it is alone; a busy core makes it many times as long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program and reads all that it writes.</summary>
    /// <param name="start">The program; its output and errors are redirected.</param>
    /// <param name="onLine">Called with the running process for each line of its output; null for nothing.</param>
    /// <param name="limit">How long it may run; null for <see cref="Limit"/>.</param>
    /// <returns>The exit code, the lines of the output, and the errors.</returns>
    /// <exception cref="TimeoutException">
    /// The program, or one that it has started and that holds its output, did not end within the limit.
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

    /// <summary>Kills a process, and those that it has started, when the limit is over; dispose the result before the process.</summary>
    public static CancellationTokenSource KillAfterLimit(Process process)
    {
        var source = new CancellationTokenSource(Limit);
        source.Token.Register(() => process.Kill(entireProcessTree: true));
        return source;
    }

    // A read from a pipe that somebody holds open cannot be canceled, but the wait for it can.
    private static T Await<T>(Task<T> task, CancellationTokenSource overdue)
    {
        task.Wait(overdue.Token);
        return task.Result;
    }
}
