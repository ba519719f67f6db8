using System.Runtime.InteropServices;

namespace FashionAE.Torch;

/// <summary>Configures glibc to keep the memory that a pass through a network frees, for the next pass.</summary>
/// <remarks>
/// By default, glibc returns the end of its heap to the system as soon as a few megabytes are free. Every training step then waits until
/// the kernel has mapped and cleared thousands of pages again. On some machines, a step of the convolutional network with batch size 128
/// then needs three to four times as long; on others it makes no difference. The setting affects the whole process, so users can turn it
/// off with the environment variable FASHIONAE_KEEP_MEMORY=0.
/// </remarks>
internal static partial class FreedMemory
{
    // The parameters of mallopt(3).
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;

    // A step of the convolutional network at batch 512 frees about 250 MB.
    private const int MostKept = 256 << 20;

    private const string Switch = "FASHIONAE_KEEP_MEMORY";

    private static readonly string[] Settings = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES"];

    public static string Description { get; private set; } = "returned as the C library does by default";

    /// <summary>Applies the setting, unless the environment turns it off or contains a setting of glibc, which then has priority.</summary>
    public static void Keep()
    {
        var word = Environment.GetEnvironmentVariable(Switch) == "0"
            ? $"{Switch}=0"
            : Array.Find(Settings, name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });
        if (word is not null)
            Description = $"left to the C library, because {word} is set";
        if (word is not null || !OperatingSystem.IsLinux())
            return;
        try
        {
            // The largest threshold that glibc accepts. Larger blocks are always mapped one by one.
            _ = SetOption(MapThreshold, 32 << 20);
            _ = SetOption(TrimThreshold, MostKept);
            // All threads except the first use heaps of 64 MB. An empty heap is returned to the system unless this padding is as large.
            _ = SetOption(TopPad, 64 << 20);
            Description = $"up to {MostKept >> 20} MB kept for the next pass ({Switch}=0 turns this off)";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library does not have these settings.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int parameter, int value);
}
