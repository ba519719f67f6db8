using System.Runtime.CompilerServices;
using FashionAE.Torch;

// Two classes at a time: each waits for processes that compute with one thread, in folders of their own. Those that draw from torch's one
// generator in this process run alone.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace FashionAE.Cli.Tests;

[CollectionDefinition(Name, DisableParallelization = true)]
public class TorchGenerator
{
    public const string Name = "torch's generator";
}

internal static class AssemblyInfo
{
    // Some tests touch TorchSharp before anything of FashionAE has seen to it that its native half is found.
    [ModuleInitializer]
#pragma warning disable CA2255 // These tests are the program.
    public static void FindNativeTorch() => ComputeDevice.Resolve("cpu");
#pragma warning restore CA2255
}
