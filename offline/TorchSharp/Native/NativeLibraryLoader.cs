using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace TorchSharp.Native;

/// <summary>Finds libtorch and the binding to it, and prepares the process for them before they are loaded.</summary>
internal static partial class NativeLibraryLoader
{
    private static readonly Lock Gate = new();
    private static nint _binding;

    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraryLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "torch_dispatch")
            return 0;
        lock (Gate)
            return _binding != 0 ? _binding : _binding = Load();
    }

    private static nint Load()
    {
        PrepareEnvironment();
        if (Environment.GetEnvironmentVariable("LIBTORCH") is { Length: > 0 } folder)
            LoadDistribution(Path.Combine(folder, "lib"));

        var path = Path.Combine(AppContext.BaseDirectory, "libtorch_dispatch.so");
        if (!File.Exists(path))
            throw new DllNotFoundException($"{path} is missing: run 'make setup' and build again.");
        nint binding;
        try
        {
            binding = NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                "libtorch was not found: install libtorch-dev and libopenblas0-openmp (apt-get install), or set LIBTORCH to the folder "
                + $"of a libtorch distribution, then run 'make setup'. The loader said: {e.Message}", e);
        }

        // libtorch on its own takes one thread where it was built as Debian builds it.
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is not { Length: > 0 })
            unsafe
            {
                var setThreads = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(binding, "threads_set");
                _ = setThreads(Environment.ProcessorCount);
            }
        return binding;
    }

    /// <summary>Loads a distribution's libraries by path; the binding then finds them in the process by their names.</summary>
    private static void LoadDistribution(string folder)
    {
        foreach (var name in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                throw new DllNotFoundException($"{path} is missing: LIBTORCH must name the folder of a libtorch distribution (with include/ and lib/).");
            NativeLibrary.Load(path);
        }

        // Nothing refers to the CUDA half by symbol: loading it registers its kernels.
        var cuda = Path.Combine(folder, "libtorch_cuda.so");
        if (File.Exists(cuda))
            NativeLibrary.Load(cuda);
    }

    private static void PrepareEnvironment()
    {
        SetForNativeCode("GLOG_minloglevel", "2"); // Debian's libtorch logs to stderr

        // By default threads that wait spin for milliseconds, and two processes side by side slow each other down sixfold.
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not { Length: > 0 })
            SetForNativeCode("GOMP_SPINCOUNT", "10000");

        // OpenBLAS 0.3.21 takes AMD's chips with AVX-512 for Haswell ones and leaves half of their speed unused.
        if (Avx512F.IsSupported && IsAmd())
            SetForNativeCode("OPENBLAS_CORETYPE", "SkylakeX");
    }

    private static bool IsAmd()
    {
        var (_, b, c, d) = X86Base.CpuId(0, 0);
        Span<int> vendor = [b, d, c];
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(vendor)) == "AuthenticAMD";
    }

    /// <summary>Environment.SetEnvironmentVariable does not reach native code on Unix.</summary>
    private static void SetForNativeCode(string name, string value)
    {
        if (!OperatingSystem.IsWindows())
            _ = setenv(name, value, 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
