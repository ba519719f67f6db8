using System.Diagnostics;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

internal static class Stopwatches
{
    // Wait until the spinning threads of the previous action (OpenMP, ONNX Runtime) sleep.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Measures the median time of an action, including pending work of a GPU.</summary>
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

    /// <summary>Begins a Markdown table, to which <see cref="Compare"/> adds rows.</summary>
    public static void PrintHeader(string title)
    {
        Console.WriteLine($"| {title} | first | second | first / second |");
        Console.WriteLine("|---|---|---|---|");
    }

    /// <summary>Prints the medians of two actions, measured alternately, and their ratio.</summary>
    public static void Compare(string title, int rounds, Action a, Action b, int warmUp = 1)
    {
        var times = (A: new double[rounds], B: new double[rounds]);
        for (var round = -warmUp; round < rounds; round++)
        {
            // Alternate which action runs first.
            var first = round % 2 == 0 ? Rested(a) : 0;
            var second = Rested(b);
            if (round % 2 != 0)
                first = Rested(a);
            if (round >= 0)
                (times.A[round], times.B[round]) = (first, second);
        }
        Array.Sort(times.A);
        Array.Sort(times.B);
        var (x, y) = (times.A[rounds / 2], times.B[rounds / 2]);
        Console.WriteLine($"| {title} | {Text(x)} | {Text(y)} | {x / y:F2} |");
    }

    private static double Rested(Action action)
    {
        Thread.Sleep(Pause);
        return Seconds(action);
    }

    private static string Text(double seconds) => seconds < 1e-3 ? $"{seconds * 1e6:F1} µs" : seconds < 1 ? $"{seconds * 1e3:F1} ms" : $"{seconds:F2} s";
}
