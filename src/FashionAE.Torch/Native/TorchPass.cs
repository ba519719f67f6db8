using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Runs computations without gradients, possibly on several threads. OpenMP has a pool of threads for each calling thread, and several
/// pools would compete for the cores. Computations on several images therefore run one at a time. A single image does not use a second
/// core, so it is computed only on the calling thread, in parallel with others. The result is the same, bit for bit, on any thread.
/// </summary>
internal static class TorchPass
{
    /// <summary>The default number of images in a batch.</summary>
    public const int UsualBatchSize = 256;

    private static readonly Lock Turn = new();
    private static readonly SetThreads? SetThreadsOfCaller = FindSetThreads();

    /// <summary>Calls OpenMP's omp_set_num_threads, which affects the calling thread.</summary>
    private delegate void SetThreads(int count);

    /// <summary>Runs a computation without gradients on the specified number of images, and disposes the tensors that it creates.</summary>
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
        // On a new thread, this call makes libtorch set the number of OpenMP threads. Otherwise compute would do so, and overwrite the 1.
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
