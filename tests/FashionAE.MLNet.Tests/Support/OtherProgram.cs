using System.Diagnostics;
using System.Reflection;
using FashionAE.Tests.Shared;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Runs other programs in separate processes.</summary>
internal static class OtherProgram
{
    /// <summary>Loads a model and applies it: FashionAE.MLNet.Loader.</summary>
    public static string[] Load(string model, string input, int expectedExitCode) => Run("Loader", expectedExitCode, model, input);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The key of the assembly metadata with the program's path.</param>
    /// <param name="expectedExitCode">The expected exit code.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <returns>The lines of the program's standard output.</returns>
    public static string[] Run(string program, int expectedExitCode, params string[] arguments) => Run(program, expectedExitCode, [], arguments);

    /// <summary>Runs a program to its end with additional environment variables.</summary>
    public static string[] Run(string program, int expectedExitCode, Dictionary<string, string> variables, string[] arguments) => RunAt(
        typeof(OtherProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == program).Value!, expectedExitCode, variables, arguments);

    /// <summary>Runs the program at a path to its end.</summary>
    public static string[] RunAt(string path, int expectedExitCode, Dictionary<string, string> variables, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [path, .. arguments]);
        // From this variable, TorchSharp would find native libraries that the program lacks.
        start.Environment["NUGET_PACKAGES"] = "/nonexistent";
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        var (exitCode, output, errors) = ChildProcess.Run(start);
        Assert.True(exitCode == expectedExitCode, string.Join('\n', [.. output, errors]));
        return [.. output.Where(line => line.Length > 0)];
    }

    /// <summary>Gets the folder of the tests' own libtorch.</summary>
    public static string Libtorch =>
        Path.GetDirectoryName(Directory.EnumerateFiles(AppContext.BaseDirectory, "libtorch_cpu.so", SearchOption.AllDirectories).First())!;

    /// <summary>Formats a vector like the loader prints it.</summary>
    public static string Bits(float[] values) => string.Join(' ', values.Select(v => BitConverter.SingleToInt32Bits(v).ToString("x8")));
}
