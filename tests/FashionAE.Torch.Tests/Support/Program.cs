using FashionAE.Torch.Tests.Models;
using FashionAE.Torch.Tests.Native;

namespace FashionAE.Torch.Tests.Support;

/// <summary>What tests run in a process of its own, since it is the process that it changes: this assembly is a program, too.</summary>
internal static class Program
{
    /// <summary>Gets the path of the program.</summary>
    public static string Path => typeof(Program).Assembly.Location;

    public static void Main(string[] arguments)
    {
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
