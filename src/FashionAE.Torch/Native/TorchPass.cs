using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A computation without gradients, of which several threads may each want one. OpenMP keeps a pool of threads for every thread, and pools
/// would fight for the cores: so passes of many images take turns. One image keeps no second core busy: its pass runs on the calling thread
/// alone, beside all others, and the same bits come out wherever it runs.
/// </summary>
internal static class TorchPass
{
    /// <summary>How many images go through a computation at once where nobody says another number.</summary>
    public const int UsualBatchSize = 256;

    private static readonly Lock Turn = new();
    private static readonly SetThreads? SetThreadsOfCaller = FindSetThreads();

    /// <summary>Calls OpenMP's omp_set_num_threads, which counts for the calling thread.</summary>
    private delegate void SetThreads(int count);

    /// <summary>Computes what needs no gradients, on so many images at once; the tensors that it makes are disposed.</summary>
    public static void Run(int images, Action compute)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (images > 1 || SetThreadsOfCaller is not { } setThreads)
        {
            lock (Turn)
                compute();
            return;
        }
        // Asked for it, libtorch gives a new thread its number, which would otherwise replace ours.
        var threads = get_num_threads();
        setThreads(1);
        try
        {
            compute();
        }
        finally
        {
            setThreads(threads);
        }
    }

    private static SetThreads? FindSetThreads()
    {
        NativeTorch.EnsureLoaded();
        return NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out var library)
            && NativeLibrary.TryGetExport(library, "omp_set_num_threads", out var address)
            ? Marshal.GetDelegateForFunctionPointer<SetThreads>(address)
            : null;
    }
}
