using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>The command <c>fashionae doctor</c>.</summary>
internal static class DoctorCommand
{
    /// <summary>One result of the check, with a remedy if there is a problem.</summary>
    private sealed record Finding(string Subject, string Value, string? Remedy = null);

    public static Command Create()
    {
        var command = new Command("doctor", "Reports the libraries, threads and devices of this machine, and suggests fixes.");
        var data = command.DataOption();
        command.SetAction(parsed =>
        {
            var findings = Examine(parsed.GetValue(data)).ToList();
            var table = new TextTable("what", "found");
            findings.ForEach(finding => table.Add(finding.Subject, finding.Value));
            table.Print();
            var remedies = findings.FindAll(finding => finding.Remedy is not null);
            remedies.ForEach(finding => Console.WriteLine($"{finding.Subject}: {finding.Remedy}"));
            return remedies.Count == 0 ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static IEnumerable<Finding> Examine(string? dataDirectory)
    {
        // Read first, because the measurements below raise the load.
        var load = LoadOfLastMinute();
        NativeTorch.EnsureLoaded();
        var binding = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3);
        yield return new Finding("TorchSharp", $"{binding}, its native library {NativeTorch.Repair ?? "loaded without changes"}");
        var libraries = LoadedLibraries();
        string? Find(params string[] names) => libraries.Find(path => names.Any(Path.GetFileName(path)!.Contains));
        yield return new Finding("libtorch", $"{__version__}, {Find("torch_cpu") ?? "unknown path"}");
        yield return new Finding("BLAS", Find("blas", "mkl_rt") ?? "within libtorch");
        yield return new Finding("sgemm", $"{SquareProductRate():F0} GFLOP/s (2048 x 2048)");
        yield return Convolutions();
        yield return Threads(load);
        if (load is { } busy)
            yield return new Finding("load", DescribeLoad(busy, get_num_threads(), Environment.ProcessorCount));
        yield return new Finding("waiting", OpenMPWaiting.Describe() is { Length: > 0 } set ? set : "OpenMP default");
        yield return new Finding("memory", NativeTorch.Memory);
        yield return new Finding("CUDA", cuda.is_available() ? $"{cuda.device_count()} device(s)" : "none");
        yield return FashionMnist.Locate(dataDirectory) is { } found ? new Finding("Fashion-MNIST", found) : new Finding(
            "Fashion-MNIST", "not found",
            "run 'fashionae download' or 'apt-get install dataset-fashion-mnist', or set --data or"
            + $" ${FashionMnist.DirectoryVariable} to the folder that holds its four files");
    }

    /// <summary>Checks convolutions against matrix products, with channels that fail on all processors known to be affected.</summary>
    private static Finding Convolutions()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var difference = 0.0;
        foreach (var (inputs, outputs) in new[] { (20, 20), (17, 33) })
        {
            // Fill freed memory with NaN, so that reads beyond the channels are detected.
            using var none = float.NaN.ToScalar();
            for (var size = 256; size <= 1 << 16; size *= 2)
                full([size], none).Dispose();
            var (images, weight) = (randn([4, inputs, 9, 12]), randn([outputs, inputs, 3, 3]));
            var convolved = nn.functional.conv2d(images, weight, strides: [2, 2], padding: [1, 1]).flatten(2);
            var expected = weight.flatten(1).matmul(nn.functional.unfold(images, (3, 3), padding: (1, 1), stride: (2, 2)));
            difference = Math.Max(difference, (convolved - expected).abs().nan_to_num(1).max().item<float>());
        }
        return difference < 1e-3
            ? new Finding("convolutions", "correct for the numbers of channels that were tried")
            : new Finding(
                "convolutions", "libtorch's results are wrong on this processor for some numbers of channels",
                "the networks of FashionAE avoid this; for custom networks, use multiples of 64, or set ONEDNN_MAX_CPU_ISA=SSE41, which"
                + " is slower");
    }

    private static Finding Threads(double? load)
    {
        var (threads, cores) = (get_num_threads(), Environment.ProcessorCount);
        var remedy = $"only one of {cores} cores is used: unset OMP_NUM_THREADS, or use --threads {cores}";
        return new Finding("threads", $"{threads} on {cores} core(s)", threads == 1 && FreeCores(load ?? 0, cores) > 1 ? remedy : null);
    }

    /// <summary>
    /// Describes the load and recommends one thread per free core. In each step all threads wait for the slowest. A thread that shares its
    /// core with another process therefore costs more time than it saves (docs/deployment.md has figures).
    /// </summary>
    private static string DescribeLoad(double load, int threads, int cores)
    {
        var found = $"{load.ToString("F2", CultureInfo.InvariantCulture)} running threads in the last minute";
        var free = FreeCores(load, cores);
        return threads <= free
            ? found
            : $"{found}: now --threads {free} (in other programs OMP_NUM_THREADS={free}) is faster than {threads}";
    }

    private static int FreeCores(double load, int cores) => (int)Math.Clamp(cores - Math.Round(load), 1, cores);

    /// <summary>Gets the average number of threads that ran or waited for a core; null if the system does not report it.</summary>
    private static double? LoadOfLastMinute() => OperatingSystem.IsLinux()
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : null;

    /// <summary>Measures a matrix product in GFLOP/s. Returns the best of five runs, since the first one includes the warm-up.</summary>
    private static double SquareProductRate()
    {
        const int Size = 2048;
        using var matrix = rand([Size, Size]);
        return 2.0 * Size * Size * Size / 1e9 / Enumerable.Range(0, 5).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            matrix.matmul(matrix).Dispose();
            return watch.Elapsed.TotalSeconds;
        });
    }

    private static List<string> LoadedLibraries() => OperatingSystem.IsLinux()
        ? [.. File.ReadLines("/proc/self/maps").Where(line => line.Contains(".so")).Select(line => line[line.IndexOf('/')..]).Distinct()]
        : [.. Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Select(module => module.FileName)];
}
