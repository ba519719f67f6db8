using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using FashionAE.Tests.Shared;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>
/// A folder with a library that has the name of ONNX Runtime. The loader of a process with the variables finds it.
/// </summary>
internal sealed class ForeignOnnxRuntime : IDisposable
{
    // An ONNX Runtime that is older than required: it has no functions for the requested version.
    private const string Old = """
        static const void *functions(unsigned version) { return 0; }
        static const char *version(void) { return "1.0.0"; }
        static const struct { const void *(*functions)(unsigned); const char *(*version)(void); } base = { functions, version };
        const void *OrtGetApiBase(void) { return &base; }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("foreign-onnxruntime-");

    /// <param name="kind">The kind: "broken" (not a library), "foreign" (another library) or "old", which needs a C compiler.</param>
    public ForeignOnnxRuntime(string kind)
    {
        var library = Path.Combine(_folder.FullName, "libonnxruntime.so");
        if (kind == "broken")
            File.WriteAllText(library, "no library");
        else if (kind == "foreign")
            File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"), library);
        else
            Compile(library);
    }

    public Dictionary<string, string> Variables => new() { ["LD_LIBRARY_PATH"] = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);

    private void Compile(string library)
    {
        var source = Path.Combine(_folder.FullName, "old.c");
        File.WriteAllText(source, Old);
        try
        {
            var (exitCode, _, errors) = ChildProcess.Run(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-o", library, source]));
            Assert.True(exitCode == 0, errors);
        }
        catch (Win32Exception)
        {
            Dispose();
            Skip.If(true, "There is no C compiler.");
        }
    }
}
