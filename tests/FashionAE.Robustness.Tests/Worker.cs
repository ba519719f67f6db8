using System.Diagnostics;
using System.Reflection;
using FashionAE.Tests.Shared;

namespace FashionAE.Robustness.Tests;

/// <summary>Runs FashionAE.Robustness on cases, and restarts it after a case that ended it.</summary>
internal sealed class Worker(string kind, int seed)
{
    private const long MostMemory = 3L << 30;

    // The time limit for starting the process on a busy machine.
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromMinutes(2);

    private static readonly string Program = typeof(Worker).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Worker").Value!;

    private readonly List<string> _failures = [];
    private readonly Dictionary<string, int> _outcomes = [];

    /// <summary>Gets the time limit of a case. Most need milliseconds, but the first loads code, and the machine may be busy.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets the failures, each with the command that repeats its case.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Gets the number of cases by outcome.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    /// <summary>Runs cases until all are done or the time is over.</summary>
    public void Run(int first, int count, DateTime? until = null)
    {
        for (var next = first; next < first + count && !(DateTime.UtcNow >= until);)
            next = RunProcess(next, first + count - next, until);
    }

    public override string ToString() => $"{kind}, seed {seed}: {string.Join(", ", _outcomes.Select(outcome => $"{outcome.Value} {outcome.Key}"))}";

    /// <summary>Returns the number of the first case that was not run.</summary>
    private int RunProcess(int first, int count, DateTime? until)
    {
        // A killed process does not remove its folder.
        var folder = Directory.CreateTempSubdirectory("fashionae-robustness-").FullName;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, kind, $"{seed}", $"{first}", $"{count}", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        int? running = null;
        var next = first;
        try
        {
            while (next < first + count && !(DateTime.UtcNow >= until))
            {
                var line = ReadLine(process, running is null ? PatienceAtStart : Patience, out var trouble);
                if (line is null)
                {
                    // A fault before the first case does not depend on an altered file, so no case can run.
                    Fail(running, trouble ?? Died(process, errors));
                    return running + 1 ?? first + count;
                }
                if (line.StartsWith("case ", StringComparison.Ordinal))
                {
                    running = int.Parse(line[5..]);
                }
                else if (line != "ready" && !Note(running, line))
                {
                    return running!.Value + 1;
                }
                else
                {
                    next = running + 1 ?? first;
                }
            }
            return next;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Records an outcome. Returns whether the process continues.</summary>
    private bool Note(int? number, string line)
    {
        var outcome = line.Split(' ')[0];
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        if (outcome is "fault" or "memory")
            _failures.Add($"{Case(number)}: {line}");
        return outcome != "memory";
    }

    private void Fail(int? number, string trouble)
    {
        _outcomes["death"] = _outcomes.GetValueOrDefault("death") + 1;
        _failures.Add($"{Case(number)}: {trouble}");
    }

    private string Case(int? number) => number is null ? $"{kind} {seed}, before its first case" : $"dotnet {Path.GetFileName(Program)} {kind} {seed} {number} 1";

    /// <summary>Reads the next line of the worker; null with a reason if it exceeds the time or memory limit, or has ended.</summary>
    private static string? ReadLine(Process process, TimeSpan patience, out string? trouble)
    {
        var watch = Stopwatch.StartNew();
        trouble = null;
        while (true)
        {
            var line = process.StandardOutput.ReadLineAsync();
            while (!line.Wait(TimeSpan.FromMilliseconds(20)))
            {
                var memory = MemoryOf(process);
                if (watch.Elapsed > patience)
                    trouble = $"no output for {patience.TotalSeconds} s";
                else if (memory > MostMemory)
                    trouble = $"used {memory >> 20} MB";
                if (trouble is null)
                    continue;
                process.Kill(entireProcessTree: true);
                line.Wait();
                return null;
            }
            if (line.Result is not { } text)
                return null;
            if (text.StartsWith('@'))
                return text[1..];
        }
    }

    private static long MemoryOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // The process has ended, perhaps just now.
            return 0;
        }
    }

    private static string Died(Process process, Task<string> errors)
    {
        using var overdue = ChildProcess.KillAfterLimit(process);
        process.WaitForExit();
        var text = errors.Result;
        return $"the process ended with {process.ExitCode}: {(text.Length <= 3000 ? text : text[..3000])}";
    }
}
