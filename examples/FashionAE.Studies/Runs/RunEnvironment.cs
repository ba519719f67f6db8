using System.Runtime.InteropServices;
using TorchSharp;

namespace FashionAE.Studies.Runs;

/// <summary>What a run was trained on; environment.json.</summary>
/// <param name="Started">When the training began, or was last resumed, in UTC.</param>
/// <param name="OperatingSystem">The operating system.</param>
/// <param name="Processor">The processor's name and its architecture.</param>
/// <param name="Cores">How many cores the process could use.</param>
/// <param name="Threads">How many threads computed.</param>
/// <param name="Device">Where it computed, such as "cpu".</param>
/// <param name="Libtorch">The version of libtorch.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="Ranks">How many processes trained together, each with so many cores and threads.</param>
public sealed record RunEnvironment(
    DateTimeOffset Started, string OperatingSystem, string Processor, int Cores, int Threads, string Device, string Libtorch, string Runtime, int Ranks = 1)
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>Describes this process.</summary>
    public static RunEnvironment Of(torch.Device device, int ranks = 1) => new(
        DateTimeOffset.UtcNow, RuntimeInformation.OSDescription, $"{ProcessorName()} ({RuntimeInformation.ProcessArchitecture})", Environment.ProcessorCount,
        torch.get_num_threads(), $"{device}", torch.__version__, RuntimeInformation.FrameworkDescription, ranks);

    private static string ProcessorName() => File.Exists(ProcessorFile)
        ? File.ReadLines(ProcessorFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown"
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
}
