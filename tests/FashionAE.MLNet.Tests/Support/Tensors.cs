using TorchSharp;

namespace FashionAE.MLNet.Tests.Support;

internal static class Tensors
{
    /// <summary>
    /// How many tensors this thread has made and nobody has disposed; no finalizer comes to the rescue. Tensor.TotalCount does not tell:
    /// it rises with every Parameter that is made, and never falls again.
    /// </summary>
    public static long Alive() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
