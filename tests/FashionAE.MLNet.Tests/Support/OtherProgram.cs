using System.Diagnostics;
using System.Reflection;
using FashionAE.Tests.Shared;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Programs of their own, which run in processes of their own.</summary>
internal static class OtherProgram
{
    /// <summary>Loads a model and applies it: FashionAE.MLNet.Loader.</summary>
    public static string[] Load(string model, string input, int expectedExitCode) => Run("Loader", expectedExitCode, model, input);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The key of the assembly metadata that says where it is.</param>
    /// <param name="expectedExitCode">What it must end with.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The lines that it wrote to its output.</returns>
    public static string[] Run(string program, int expectedExitCode, params string[] arguments) => Run(program, expectedExitCode, [], arguments);

    /// <summary>Runs a program to its end in an environment that holds some more variables.</summary>
    public static string[] Run(string program, int expectedExitCode, Dictionary<string, string> variables, string[] arguments) => RunAt(
        typeof(OtherProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == program).Value!, expectedExitCode, variables, arguments);

    /// <summary>Runs the program of a path to its end.</summary>
    public static string[] RunAt(string path, int expectedExitCode, Dictionary<string, string> variables, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [path, .. arguments]);
        // TorchSharp would take native libraries that the program lacks from there.
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

    /// <summary>A vector as the loader prints it.</summary>
    public static string Bits(float[] values) => string.Join(' ', values.Select(v => BitConverter.SingleToInt32Bits(v).ToString("x8")));
}
