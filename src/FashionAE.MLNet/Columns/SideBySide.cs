using System.Runtime.ExceptionServices;

namespace FashionAE.MLNet;

/// <summary>Processes the slices of a batch on all cores.</summary>
internal static class SideBySide
{
    /// <summary>Calls a function for each slice. An exception of the function is rethrown unchanged.</summary>
    public static void Run(int slices, Action<int> run)
    {
        // Each thread fetches its next slice when it is free. Parallel.For only starts the threads. With an iteration per slice, it
        // would assign several slices to a thread in advance, and at the end the other threads would wait for that thread.
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
