using System.Diagnostics;
using FashionAE.Torch.Data;
using static TorchSharp.torch;

namespace FashionAE.Cli.Diagnosis;

/// <summary>Looks at what the process computes with.</summary>
internal static class Doctor
{
    public static IEnumerable<Finding> Examine(string? dataDirectory)
    {
        yield return new Finding("TorchSharp", $"{typeof(TorchSharp.torch).Assembly.GetName().Version}");

        // The first computation loads the native libraries.
        var rate = SquareProductRate();
        yield return new Finding("libtorch", $"{__version__}, {LoadedLibraries().FirstOrDefault(path => Path.GetFileName(path).Contains("torch_cpu")) ?? "place unknown"}");
        yield return new Finding("sgemm", $"{rate:F0} GFLOP/s (2048 x 2048)");
        yield return Threads();
        yield return new Finding("CUDA", cuda.is_available() ? $"{cuda.device_count()} device(s)" : "none");
        yield return Data(dataDirectory);
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
