using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

internal static class Tensors
{
    /// <summary>How many tensors are alive, those left to the garbage collector not counted.</summary>
    public static long Alive()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
