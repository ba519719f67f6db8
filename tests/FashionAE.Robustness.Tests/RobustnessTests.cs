using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace FashionAE.Robustness.Tests;

/// <summary>
/// Alters files of every kind in thousands of ways. A reader must throw a documented exception or return the same result as for the unaltered
/// file, with limited time and memory.
/// </summary>
public partial class RobustnessTests(ITestOutputHelper output)
{
    private const int Seed = 20171;

    private const int BatchSize = 500;

    // The kinds, with the number of cases that make test runs.
    private static readonly (string Kind, int Cases)[] Kinds =
    [
        ("safetensors", 300), ("safetensors-header", 300), ("model", 200), ("architecture", 300), ("checkpoint", 200), ("checkpoint-metadata", 200),
        ("pipeline", 200), ("pipeline-entry", 200), ("pipeline-settings", 100), ("idx", 200), ("idx-gz", 200), ("run", 300), ("png", 200), ("jpeg", 100),
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (kind, cases) in Kinds)
                data.Add(kind, cases);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Altered_files_are_rejected_or_have_the_same_result(string kind, int cases)
    {
        var worker = new Worker(kind, Seed);
        worker.Run(0, cases);
        output.WriteLine($"{worker}");
        AssertNone(worker.Failures);
        Assert.Equal(cases, worker.Outcomes.Values.Sum());
        // The test is only useful if some alterations have an effect and the unaltered file is accepted.
        Assert.True(worker.Outcomes.GetValueOrDefault("refused") >= cases / 10, $"{worker}");
        Assert.True(worker.Outcomes.GetValueOrDefault("same") + worker.Outcomes.GetValueOrDefault("other") > 0, $"{worker}");
    }

    /// <summary>Runs cases with consecutive seeds for FUZZ_SECONDS (make fuzz). The first seed is FUZZ_SEED, or random.</summary>
    [SkippableFact]
    public void Fuzz()
    {
        Skip.IfNot(double.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), out var seconds), "FUZZ_SECONDS is not set.");
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var named) ? named : Random.Shared.Next();
        output.WriteLine($"FUZZ_SEED={seed}");
        var (watch, until) = (Stopwatch.StartNew(), DateTime.UtcNow.AddSeconds(seconds));
        var (count, failures) = (0, new List<string>());
        for (; DateTime.UtcNow < until; seed = unchecked(seed + 1))
        {
            foreach (var (kind, _) in Kinds)
            {
                var worker = new Worker(kind, seed);
                worker.Run(0, BatchSize, until);
                count += worker.Outcomes.Values.Sum();
                failures.AddRange(worker.Failures);
            }
        }
        output.WriteLine($"{count} altered files in {watch.Elapsed.TotalSeconds:F0} s");
        AssertNone(failures);
    }

    private static void AssertNone(IReadOnlyList<string> failures) =>
        Assert.True(failures.Count == 0, $"{failures.Count} failures. The first of each kind, with the command that repeats its case:\n{string.Join("\n\n", failures.DistinctBy(Sort).Take(40))}");

    /// <summary>Gets a key that failures with the same cause share: the kind, the exception, and the code or condition that failed.</summary>
    private static string Sort(string failure)
    {
        var (kind, text) = (failure.Split(' ')[2], failure[failure.IndexOf(": ", StringComparison.Ordinal)..]);
        var frame = OurFrame().Match(text);
        return frame.Success ? $"{kind} {text.Split(' ')[2]} {frame.Value}" : $"{kind} {string.Concat(text.Take(150).Where(c => !char.IsDigit(c)))}";
    }

    [GeneratedRegex(@" at FashionAE\.(?!Robustness\.)[^(]+")]
    private static partial Regex OurFrame();
}
