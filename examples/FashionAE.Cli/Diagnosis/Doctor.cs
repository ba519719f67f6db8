using System.Diagnostics;
using FashionAE.Torch.Data;
using static TorchSharp.torch;

namespace FashionAE.Cli.Diagnosis;

/// <summary>Looks at what the process computes with, from outside: nothing here depends on the stack it was built on.</summary>
internal static class Doctor
{
    public static IEnumerable<Finding> Examine(string? dataDirectory)
    {
        var assembly = typeof(TorchSharp.torch).Assembly.GetName();
        yield return new Finding("stack", assembly.Name == "TorchSharp" ? $"nuget (TorchSharp {assembly.Version})" : $"offline ({assembly.Name})");

        // The first computation loads the native libraries.
        var rate = SquareProductRate();
        var libraries = LoadedLibraries();
        yield return new Finding("libtorch", $"{__version__}, {libraries.FirstOrDefault(path => Path.GetFileName(path).Contains("torch_cpu")) ?? "place unknown"}");
        yield return Blas(libraries);
        yield return new Finding("sgemm", $"{rate:F0} GFLOP/s (2048 x 2048)");
        yield return Threads();
        yield return new Finding("CUDA", cuda.is_available() ? $"{cuda.device_count()} device(s)" : "none");
        yield return Data(dataDirectory);
    }

    private static Finding Blas(IReadOnlyList<string> libraries)
    {
        var path = libraries.FirstOrDefault(library => Path.GetFileName(library) is var name && (name.Contains("blas") || name.Contains("mkl_rt")));
        if (path is null)
            return new Finding("BLAS", "within libtorch");
        return path switch
        {
            _ when path.Contains("openblas-openmp") => new Finding("BLAS", $"OpenBLAS with OpenMP, {path}"),
            _ when path.Contains("openblas-pthread") => new Finding(
                "BLAS", $"OpenBLAS with threads of its own, {path}",
                "its threads fight with libtorch's for the cores: apt-get install libopenblas0-openmp, then choose it by 'update-alternatives --config libblas.so.3-x86_64-linux-gnu' and likewise for liblapack"),
            _ when path.Contains("openblas") => new Finding("BLAS", $"OpenBLAS, {path}"),
            _ when path.Contains("mkl") => new Finding("BLAS", $"MKL, {path}"),
            _ => new Finding("BLAS", $"the reference implementation, {path}", "it is some thirty times slower than OpenBLAS: apt-get install libopenblas0-openmp"),
        };
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
