using System.Runtime.CompilerServices;
using FashionAE.Torch;

// Two test classes run at the same time. Each waits for processes that compute with one thread and use separate folders. Classes that use
// torch's global generator in this process run alone.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace FashionAE.Cli.Tests;

[CollectionDefinition(Name, DisableParallelization = true)]
public class TorchGenerator
{
    public const string Name = "torch's generator";
}

internal static class AssemblyInfo
{
    // Some tests use TorchSharp before FashionAE has loaded its native library.
    [ModuleInitializer]
#pragma warning disable CA2255 // These tests are the program.
    public static void FindNativeTorch() => ComputeDevice.Resolve("cpu");
#pragma warning restore CA2255
}
