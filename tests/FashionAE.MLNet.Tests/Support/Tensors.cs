using TorchSharp;

namespace FashionAE.MLNet.Tests.Support;

internal static class Tensors
{
    /// <summary>
    /// The number of tensors that this thread has created and not disposed; finalizers do not lower it. Tensor.TotalCount is no help: it
    /// rises with each Parameter and never falls again.
    /// </summary>
    public static long Alive() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
