using System.Runtime.ExceptionServices;

namespace FashionAE.MLNet;

/// <summary>Runs the slices of a batch on all cores.</summary>
internal static class SideBySide
{
    /// <summary>Calls a function for each slice. What it throws is thrown here, as it was.</summary>
    public static void Run(int slices, Action<int> run)
    {
        // Each thread takes the next slice: Parallel.For hands out several at once, and in the end one thread would wait for the other.
        var next = -1;
        try
        {
            Parallel.For(0, Math.Min(slices, Environment.ProcessorCount), _ =>
            {
                for (int slice; (slice = Interlocked.Increment(ref next)) < slices;)
                    run(slice);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }
    }
}
