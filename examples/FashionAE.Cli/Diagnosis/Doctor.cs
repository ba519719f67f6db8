using System.Diagnostics;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Diagnosis;

/// <summary>Looks at what the process computes with.</summary>
internal static class Doctor
{
    public static IEnumerable<Finding> Examine(string? dataDirectory)
    {
        NativeTorch.EnsureLoaded();
        yield return new Finding("TorchSharp", $"{typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}, its native half {NativeTorch.Repair ?? "loaded as it is"}");
        var libraries = LoadedLibraries();
        yield return new Finding("libtorch", $"{__version__}, {libraries.FirstOrDefault(path => Path.GetFileName(path).Contains("torch_cpu")) ?? "place unknown"}");
        yield return new Finding("BLAS", libraries.FirstOrDefault(path => Path.GetFileName(path) is var name && (name.Contains("blas") || name.Contains("mkl_rt"))) ?? "within libtorch");
        yield return new Finding("sgemm", $"{SquareProductRate():F0} GFLOP/s (2048 x 2048)");
        yield return Convolutions();
        yield return Threads();
        yield return new Finding("waiting", OpenMPWaiting.Describe());
        yield return new Finding("memory", FreedMemory.Description);
        yield return new Finding("CUDA", cuda.is_available() ? $"{cuda.device_count()} device(s)" : "none");
        yield return Data(dataDirectory);
    }

    /// <summary>Compares with matrix products, where channels fill no blocks of 16.</summary>
    private static Finding Convolutions()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var difference = 0.0;
        foreach (var (inputs, outputs) in new[] { (20, 20), (17, 33) })
        {
            // What is read beyond the channels must not happen to be 0.
            for (var size = 256; size <= 1 << 16; size *= 2)
                full([size], float.NaN).Dispose();
            var (images, weight) = (randn([4, inputs, 9, 12]), randn([outputs, inputs, 3, 3]));
            var convolved = nn.functional.conv2d(images, weight, strides: [2, 2], padding: [1, 1]).flatten(2);
            var expected = weight.flatten(1).matmul(nn.functional.unfold(images, (3, 3), padding: (1, 1), stride: (2, 2)));
            difference = Math.Max(difference, (convolved - expected).abs().nan_to_num(1).max().item<float>());
        }
        return difference < 1e-3
            ? new Finding("convolutions", "right for any number of channels")
            : new Finding(
                "convolutions", "libtorch computes them wrongly on this processor where channels are no multiples of 16",
                "FashionAE's own networks avoid that; for networks of your own set ONEDNN_MAX_CPU_ISA=SSE41, which is slower, or use multiples of 64");
    }

    private static Finding Threads()
    {
        var (threads, cores) = (get_num_threads(), Environment.ProcessorCount);
        var remedy = threads == 1 && cores > 1 ? $"only one of {cores} cores computes: unset OMP_NUM_THREADS, or use --threads {cores}" : null;
        return new Finding("threads", $"{threads} on {cores} core(s)", remedy);
    }

    private static Finding Data(string? directory)
    {
        var found = FashionMnist.Locate(directory);
        return new Finding(
            "Fashion-MNIST", found ?? "not found",
            found is null ? "apt-get install dataset-fashion-mnist, or name the folder that holds its four files by --data or $" + FashionMnist.DirectoryVariable : null);
    }

    /// <summary>In GFLOP/s; the best of a few, since the first one also warms up.</summary>
    private static double SquareProductRate()
    {
        const int Size = 2048;
        using var matrix = rand([Size, Size]);
        var best = double.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            matrix.matmul(matrix).Dispose();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        return 2.0 * Size * Size * Size / best / 1e9;
    }

    private static List<string> LoadedLibraries()
    {
        if (!OperatingSystem.IsLinux())
            return Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Select(module => module.FileName).ToList();
        return File.ReadLines("/proc/self/maps").Select(line => line.IndexOf('/') is var at and >= 0 ? line[at..] : "").Where(path => path.Contains(".so")).Distinct().ToList();
    }
}
