namespace FashionAE.MLNet.Tests.Engines;

/// <summary>Tests how the messages of loaders are understood. They name the files that were tried, and why none could be loaded.</summary>
public class OnnxRuntimeLibraryTests
{
    private const string Linux = "Unable to load shared library 'onnxruntime' or one of its dependencies. In order to help diagnose loading"
        + " problems, consider using a tool like strace. If you're using glibc, consider setting the LD_DEBUG environment variable: \n";

    private const string MacOS = "Unable to load shared library 'onnxruntime' or one of its dependencies. In order to help diagnose loading"
        + " problems, consider setting the DYLD_PRINT_LIBRARIES environment variable: \n";

    private const string AbsentOnMacOS = "dlopen(libonnxruntime.dylib, 0x0001): tried: 'libonnxruntime.dylib' (no such file),"
        + " '/System/Volumes/Preboot/Cryptexes/OSlibonnxruntime.dylib' (no such file), '/usr/lib/libonnxruntime.dylib' (no such file, not in"
        + " dyld cache)";

    private const string OtherOnMacOS = "dlopen(/app/libonnxruntime.dylib, 0x0001): tried: '/app/libonnxruntime.dylib' (mach-o file, but is an"
        + " incompatible architecture (have 'x86_64', need 'arm64')), '/System/app/libonnxruntime.dylib' (no such file)";

    [Theory]
    [InlineData(Linux + "/app/libonnxruntime.so: cannot open shared object file: No such file or directory\n"
        + "libonnxruntime.so: cannot open shared object file: No such file or directory\n")]
    [InlineData(MacOS + AbsentOnMacOS + "\n" + AbsentOnMacOS + "\n")]
    [InlineData("Unable to load DLL 'onnxruntime' or one of its dependencies: The specified module could not be found. (0x8007007E)")]
    public void A_library_that_is_nowhere_has_no_other_problem(string message) => Assert.Null(OnnxRuntimeLibrary.ProblemIn(message));

    [Theory]
    [InlineData(Linux, "/app/libonnxruntime.so: file too short", "libonnxruntime.so: cannot open shared object file: No such file or directory")]
    [InlineData(
        Linux, "libgomp.so.1: cannot open shared object file: No such file or directory",
        "/app/runtimes/linux-x64/native/libonnxruntime.so: cannot open shared object file: No such file or directory")]
    [InlineData(MacOS, OtherOnMacOS, AbsentOnMacOS)]
    public void A_library_that_is_there_has_the_problem_of_its_file(string beginning, string problem, string absent)
    {
        Assert.Equal(problem, OnnxRuntimeLibrary.ProblemIn($"{beginning}{problem}\n{absent}\n"));
        Assert.Equal(problem, OnnxRuntimeLibrary.ProblemIn($"{beginning}{absent}\n{problem}\n"));
    }
}
