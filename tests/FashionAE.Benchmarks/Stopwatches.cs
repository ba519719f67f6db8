using System.Diagnostics;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

internal static class Stopwatches
{
    public static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>The median time of an action; a GPU has then done what it was asked for.</summary>
    public static double Median(int repetitions, Device device, Action action, int warmUp = 3)
    {
        void Whole()
        {
            action();
            if (device.type == TorchSharp.DeviceType.CUDA)
                cuda.synchronize();
        }

        for (var i = 0; i < warmUp; i++)
            Whole();
        return Enumerable.Range(0, repetitions).Select(_ => Seconds(Whole)).Order().ElementAt(repetitions / 2);
    }
}
