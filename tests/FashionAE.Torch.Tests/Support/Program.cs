using FashionAE.Torch.Tests.Models;
using FashionAE.Torch.Tests.Native;

namespace FashionAE.Torch.Tests.Support;

/// <summary>Runs code that changes its process in a separate process: this assembly is also a program.</summary>
internal static class Program
{
    /// <summary>Gets the path of the program.</summary>
    public static string Path => typeof(Program).Assembly.Location;

    public static void Main(string[] arguments)
    {
        if (arguments is [StridedConvolutionTests.Argument])
        {
            StridedConvolutionTests.WriteFaults();
            return;
        }
        if (arguments is [var model])
        {
            SavedAutoencoderTests.WriteGraph(model);
            return;
        }
        NativeTorch.EnsureLoaded();
        Console.WriteLine(FreedMemory.Description);
        Console.WriteLine(FreedMemoryTests.IsOnHeap());
    }
}
