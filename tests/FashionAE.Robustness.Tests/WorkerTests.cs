namespace FashionAE.Robustness.Tests;

/// <summary>Tests that faults of a deliberately faulty reader are detected and the remaining cases run.</summary>
public class WorkerTests
{
    [Theory]
    [InlineData("exception", "KeyNotFoundException")]
    [InlineData("result", "another result")]
    [InlineData("death", "A reader has ended its process.")]
    [InlineData("hang", "no output for 1 s")]
    // Allocating memory is slow if other processes need it too.
    [InlineData("memory", "memory", 1)]
    public void Every_fault_is_a_failure_with_its_case(string fault, string message, int cases = 2)
    {
        var worker = new Worker($"faulty-{fault}", 7) { Patience = TimeSpan.FromSeconds(fault == "hang" ? 1 : 60) };
        worker.Run(3, cases);
        Assert.Equal(cases, worker.Failures.Count);
        for (var i = 0; i < cases; i++)
        {
            Assert.Contains($"faulty-{fault} 7 {3 + i} 1:", worker.Failures[i], StringComparison.Ordinal);
            Assert.Contains(message, worker.Failures[i], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("refusal", "refused")]
    [InlineData("none", "same")]
    public void Documented_exceptions_and_equal_results_are_not_failures(string fault, string outcome)
    {
        var worker = new Worker($"faulty-{fault}", 7);
        worker.Run(0, 2);
        Assert.Empty(worker.Failures);
        Assert.Equal(2, worker.Outcomes[outcome]);
    }
}
