using System.Diagnostics;
using System.Runtime.InteropServices;
using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Native;

[Trait("Pace", "slow")]
public class FreedMemoryTests
{
    private const int PagesOfATensor = 4096;
    private const int Steps = 20;
    private const long LongBlock = 31 << 20;

    [SkippableFact]
    public void Memory_that_a_step_frees_is_not_mapped_again_by_the_next()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only the allocator on Linux has this setting.");
        NativeTorch.EnsureLoaded();
        // A single thread clears the tensors, so that its page faults can be counted.
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            for (var i = 0; i < 5; i++)
                Step();
            var before = PageFaults();
            for (var i = 0; i < Steps; i++)
                Step();
            // In some steps the heap can still grow. Without the setting, every step maps twice the pages of a tensor.
            Assert.InRange(PageFaults() - before, 0, Steps * 2 * PagesOfATensor / 4);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [SkippableTheory]
    [InlineData("FASHIONAE_KEEP_MEMORY", "", true)]
    [InlineData("FASHIONAE_KEEP_MEMORY", "1", true)]
    [InlineData("FASHIONAE_KEEP_MEMORY", "0", false)]
    [InlineData("MALLOC_TOP_PAD_", "131072", false)]
    public void The_environment_of_a_process_decides_whether_it_is_kept(string variable, string value, bool isKept)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only the allocator on Linux has this setting.");
        var start = new ProcessStartInfo("dotnet", [Program.Path]);
        start.Environment[variable] = value;
        var (exitCode, output, errors) = ChildProcess.Run(start);

        Assert.True(exitCode == 0 && output.Count == 2, errors);
        Assert.Contains(isKept ? "FASHIONAE_KEEP_MEMORY=0 turns this off" : variable, output[0]);
        // A setting of the C library may be any other than its default.
        Assert.DoesNotContain("default", output[0]);
        Assert.Equal($"{isKept}", output[1]);
    }

    /// <summary>
    /// Returns whether a block of 31 MB is on the heap, which is kept when it is freed, instead of in a separate mapping.
    /// </summary>
    internal static bool IsOnHeap()
    {
        var before = MemoryInfo().MappedBytes;
        using var block = zeros(LongBlock, ScalarType.Byte);
        return MemoryInfo().MappedBytes - before < LongBlock;
    }

    /// <summary>Allocates two tensors of 16 MB, and temporarily another one after them.</summary>
    private static void Step()
    {
        using var scope = NewDisposeScope();
        var bytes = PagesOfATensor * 4096L;
        _ = (zeros(bytes, ScalarType.Byte), zeros(bytes, ScalarType.Byte), zeros(1 << 20, ScalarType.Byte));
    }

    /// <summary>Returns the number of pages mapped to this thread without disk access (proc(5), minflt).</summary>
    private static long PageFaults()
    {
        var line = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[7]);
    }

    [DllImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static extern Mallinfo MemoryInfo();

    /// <summary>The structure of mallinfo2(3).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Mallinfo
    {
        private readonly nuint _arena, _ordblks, _smblks, _hblks, _hblkhd, _usmblks, _fsmblks, _uordblks, _fordblks, _keepcost;

        public long MappedBytes => (long)_hblkhd;
    }
}
