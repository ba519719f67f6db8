using System.Runtime.ExceptionServices;

namespace FashionAE.MLNet;

/// <summary>Processes the slices of a batch on all cores.</summary>
internal static class SideBySide
{
    /// <summary>Calls a function for each slice. An exception of the function is rethrown unchanged.</summary>
    public static void Run(int slices, Action<int> run)
    {
        // Each thread fetches the next slice. Parallel.For assigns several slices to a thread, and one thread would end up waiting for
        // another.
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
