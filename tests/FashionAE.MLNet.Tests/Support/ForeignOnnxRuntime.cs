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

    // An ONNX Runtime that needs another library, which is missing.
    private const string Incomplete = "const void *needed(void); const void *OrtGetApiBase(void) { return needed(); }";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("foreign-onnxruntime-");

    /// <param name="kind">
    /// The kind: "broken" (not a library), "foreign" (another library), "old" or "incomplete". The last two need a C compiler.
    /// </param>
    public ForeignOnnxRuntime(string kind)
    {
        var library = Path.Combine(_folder.FullName, "libonnxruntime.so");
        if (kind == "broken")
            File.WriteAllText(library, "no library");
        else if (kind == "foreign")
            File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"), library);
        else if (kind == "old")
            Compile(Old, library);
        else
        {
            var needed = Path.Combine(_folder.FullName, "libneeded_by_it.so");
            Compile("const void *needed(void) { return 0; }", needed);
            Compile(Incomplete, library, $"-L{_folder.FullName}", "-lneeded_by_it");
            File.Delete(needed);
        }
    }

    public Dictionary<string, string> Variables => new() { ["LD_LIBRARY_PATH"] = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);

    private void Compile(string code, string library, params string[] options)
    {
        var source = Path.Combine(_folder.FullName, "source.c");
        File.WriteAllText(source, code);
        try
        {
            var (exitCode, _, errors) = ChildProcess.Run(
                new ProcessStartInfo("cc", ["-shared", "-fPIC", "-o", library, source, .. options]));
            Assert.True(exitCode == 0, errors);
        }
        catch (Win32Exception)
        {
            Dispose();
            Skip.If(true, "There is no C compiler.");
        }
    }
}
