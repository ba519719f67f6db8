using System.Runtime.InteropServices;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>
/// A folder with libraries that have the names of libtorch but not its functions. The loader of a process with the variables finds them.
/// </summary>
internal sealed class ForeignLibtorch : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("foreign-libtorch-");

    public ForeignLibtorch()
    {
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
            File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"), Path.Combine(_folder.FullName, name));
    }

    public Dictionary<string, string> Variables => new() { ["LD_LIBRARY_PATH"] = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);
}
