using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Native;

public class FreedMemoryTests
{
    private const int PagesOfATensor = 4096;
    private const int Steps = 20;

    [SkippableFact]
    public void Memory_that_a_step_frees_is_not_mapped_anew_by_the_next()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The allocator in question is that of Linux.");
        NativeTorch.EnsureLoaded();
        // One thread clears the tensors, whose faults are counted.
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            for (var i = 0; i < 5; i++)
                Step();
            var before = PageFaults();
            for (var i = 0; i < Steps; i++)
                Step();
            // A heap may still grow in some of them; without the setting it is twice a tensor's pages in every one.
            Assert.InRange(PageFaults() - before, 0, Steps * 2 * PagesOfATensor / 4);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    /// <summary>Two tensors of 16 MB, and one that lies after them for a moment.</summary>
    private static void Step()
    {
        using var scope = NewDisposeScope();
        var bytes = PagesOfATensor * 4096L;
        _ = (zeros(bytes, ScalarType.Byte), zeros(bytes, ScalarType.Byte), zeros(1 << 20, ScalarType.Byte));
    }

    /// <summary>How many pages were mapped to this thread without a disk (proc(5), minflt).</summary>
    private static long PageFaults()
    {
        var line = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[7]);
    }
}
