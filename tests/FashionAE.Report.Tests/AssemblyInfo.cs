using System.Runtime.CompilerServices;
using FashionAE.Torch;

// Trainings use torch's global generator, which parallel tests would share.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace FashionAE.Report.Tests;

internal static class AssemblyInfo
{
    // Some tests use TorchSharp before FashionAE has loaded its native library.
    [ModuleInitializer]
#pragma warning disable CA2255 // These tests are the program.
    public static void FindNativeTorch() => ComputeDevice.Resolve("cpu");
#pragma warning restore CA2255
}
