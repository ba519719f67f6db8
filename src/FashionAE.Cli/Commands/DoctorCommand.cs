using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>fashionae doctor</summary>
internal static class DoctorCommand
{
    /// <summary>Something that the doctor looked at, how it was found, and what to do about it; null where it is fine.</summary>
    private sealed record Finding(string Subject, string Value, string? Remedy = null);

    public static Command Create()
    {
        var command = new Command("doctor", "Says what this machine computes with, and what to do where that is slow or missing.");
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
        // Before this command computes something itself.
        var load = LoadOfLastMinute();
        NativeTorch.EnsureLoaded();
        var binding = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3);
        yield return new Finding("TorchSharp", $"{binding}, its native half {NativeTorch.Repair ?? "loaded as it is"}");
        var libraries = LoadedLibraries();
        string? Find(params string[] names) => libraries.Find(path => names.Any(Path.GetFileName(path)!.Contains));
        yield return new Finding("libtorch", $"{__version__}, {Find("torch_cpu") ?? "place unknown"}");
        yield return new Finding("BLAS", Find("blas", "mkl_rt") ?? "within libtorch");
        yield return new Finding("sgemm", $"{SquareProductRate():F0} GFLOP/s (2048 x 2048)");
        yield return Convolutions();
        yield return Threads(load);
        if (load is { } busy)
            yield return new Finding("load", DescribeLoad(busy, get_num_threads(), Environment.ProcessorCount));
        yield return new Finding("waiting", OpenMPWaiting.Describe() is { Length: > 0 } set ? set : "as OpenMP has it");
        yield return new Finding("memory", NativeTorch.Memory);
        yield return new Finding("CUDA", cuda.is_available() ? $"{cuda.device_count()} device(s)" : "none");
        yield return FashionMnist.Locate(dataDirectory) is { } found ? new Finding("Fashion-MNIST", found) : new Finding(
            "Fashion-MNIST", "not found",
            "apt-get install dataset-fashion-mnist, or name the folder that holds its four files by --data"
            + $" or ${FashionMnist.DirectoryVariable}");
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
            using var none = float.NaN.ToScalar();
            for (var size = 256; size <= 1 << 16; size *= 2)
                full([size], none).Dispose();
            var (images, weight) = (randn([4, inputs, 9, 12]), randn([outputs, inputs, 3, 3]));
            var convolved = nn.functional.conv2d(images, weight, strides: [2, 2], padding: [1, 1]).flatten(2);
            var expected = weight.flatten(1).matmul(nn.functional.unfold(images, (3, 3), padding: (1, 1), stride: (2, 2)));
            difference = Math.Max(difference, (convolved - expected).abs().nan_to_num(1).max().item<float>());
        }
        return difference < 1e-3
            ? new Finding("convolutions", "right for any number of channels")
            : new Finding(
                "convolutions", "libtorch computes them wrongly on this processor where channels are no multiples of 16",
                "FashionAE's own networks avoid that; for networks of your own set ONEDNN_MAX_CPU_ISA=SSE41, which is slower,"
                + " or use multiples of 64");
    }

    private static Finding Threads(double? load)
    {
        var (threads, cores) = (get_num_threads(), Environment.ProcessorCount);
        var remedy = $"only one of {cores} cores computes: unset OMP_NUM_THREADS, or use --threads {cores}";
        return new Finding("threads", $"{threads} on {cores} core(s)", threads == 1 && FreeCores(load ?? 0, cores) > 1 ? remedy : null);
    }

    /// <summary>
    /// Says how many threads are best beside other processes: as many as cores are free. All threads of a step wait for the one whose core
    /// another process has, which then costs more than that core (docs/deployment.md has figures).
    /// </summary>
    private static string DescribeLoad(double load, int threads, int cores)
    {
        var (found, free) = ($"{load.ToString("F2", CultureInfo.InvariantCulture)} busy in the last minute", FreeCores(load, cores));
        return threads <= free
            ? found
            : $"{found}: beside them --threads {free} (elsewhere OMP_NUM_THREADS={free}) is faster than {threads}";
    }

    private static int FreeCores(double load, int cores) => (int)Math.Clamp(cores - Math.Round(load), 1, cores);

    /// <summary>How many threads of all processes computed or wanted to, on average; null where the system does not say.</summary>
    private static double? LoadOfLastMinute() => OperatingSystem.IsLinux()
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : null;

    /// <summary>In GFLOP/s; the best of a few, since the first one also warms up.</summary>
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
