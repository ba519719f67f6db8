using System.Runtime.InteropServices;

namespace FashionAE.Torch;

/// <summary>
/// Lets glibc keep the memory that a pass through a network frees, for the next pass. As it comes it gives the end of its heap back to the
/// system as soon as a few megabytes are free, and every training step then waits for thousands of pages to be mapped and cleared anew.
/// On some machines a step of the convolutional network at batch 128 then takes three to four times as long, on others no longer. The
/// setting is the whole process's, so whoever runs it can refuse: FASHIONAE_KEEP_MEMORY=0, a variable as glibc's own settings are.
/// </summary>
internal static partial class FreedMemory
{
    // The parameters of mallopt(3).
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;

    // A step of the convolutional network at batch 512 frees about 250 MB.
    private const int MostKept = 256 << 20;

    private const string Switch = "FASHIONAE_KEEP_MEMORY";
    private const string AsItComes = "given back as the C library does";

    private static readonly string[] Settings = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES"];

    public static string Description { get; private set; } = AsItComes;

    /// <summary>Asks for it, unless the environment refuses it or holds a setting of glibc's: then the user's word counts.</summary>
    public static void Keep()
    {
        var word = Environment.GetEnvironmentVariable(Switch) == "0"
            ? $"{Switch}=0"
            : Array.Find(Settings, name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });
        if (word is not null)
            Description = $"{AsItComes}: {word} is set";
        if (word is not null || !OperatingSystem.IsLinux())
            return;
        try
        {
            // glibc takes no larger threshold: longer blocks are mapped one by one, whatever is set.
            _ = SetOption(MapThreshold, 32 << 20);
            _ = SetOption(TrimThreshold, MostKept);
            // Threads but the first have heaps of 64 MB; one that is empty goes back to the system unless so much shall stay in reserve.
            _ = SetOption(TopPad, 64 << 20);
            Description = $"up to {MostKept >> 20} MB kept for the next pass ({Switch}=0 gives it back)";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library has its own ways.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int parameter, int value);
}
