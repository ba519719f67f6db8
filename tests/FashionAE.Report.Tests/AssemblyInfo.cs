using System.Runtime.CompilerServices;
using FashionAE.Torch;

// Trainings draw from torch's one generator, which tests beside each other would share.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace FashionAE.Report.Tests;

internal static class AssemblyInfo
{
    // Some tests touch TorchSharp before anything of FashionAE has seen to it that its native half is found.
    [ModuleInitializer]
#pragma warning disable CA2255 // These tests are the program.
    public static void FindNativeTorch() => ComputeDevice.Resolve("cpu");
#pragma warning restore CA2255
}
