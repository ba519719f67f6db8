using System.Diagnostics;
using System.Reflection;
using FashionAE.Tests.Shared;

namespace FashionAE.Robustness.Tests;

/// <summary>Runs FashionAE.Robustness on cases, and begins it anew behind a case that has ended it.</summary>
internal sealed class Worker(string kind, int seed)
{
    private const long MostMemory = 3L << 30;

    // Until the process has loaded what it needs, on a busy machine.
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromMinutes(2);

    private static readonly string Program = typeof(Worker).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Worker").Value!;

    private readonly List<string> _failures = [];
    private readonly Dictionary<string, int> _outcomes = [];

    /// <summary>Gets how long a case may take: some milliseconds, but the first has code to load, and the machine may be busy.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets what went wrong, each with what runs its case again alone.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Gets how many cases had which outcome.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    /// <summary>Runs cases until all are done, or until a time.</summary>
    public void Run(int first, int count, DateTime? until = null)
    {
        for (var next = first; next < first + count && !(DateTime.UtcNow >= until);)
            next = RunProcess(next, first + count - next, until);
    }

    public override string ToString() => $"{kind}, seed {seed}: {string.Join(", ", _outcomes.Select(outcome => $"{outcome.Value} {outcome.Key}"))}";

    /// <summary>Returns the number of the first case that was not run.</summary>
    private int RunProcess(int first, int count, DateTime? until)
    {
        // A process that is killed leaves it behind.
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
                    // A fault before the first case is none of an altered file's: there is nothing to go on with.
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

    /// <summary>Notes an outcome, and whether the process goes on.</summary>
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

    /// <summary>Reads what the worker tells next; null with the trouble where it does not in time, or takes too much, or is gone.</summary>
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
                    trouble = $"nothing for {patience.TotalSeconds} s";
                else if (memory > MostMemory)
                    trouble = $"took {memory >> 20} MB";
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
            // It has ended, at this very moment perhaps.
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
