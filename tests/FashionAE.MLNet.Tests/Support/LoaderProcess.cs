using System.Diagnostics;
using System.Reflection;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Another process, which loads a model and applies it: FashionAE.MLNet.Loader.</summary>
internal static class LoaderProcess
{
    public static string[] Run(string model, string input, int expectedExitCode)
    {
        var loader = typeof(LoaderProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Loader").Value!;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [loader, model, input]) { RedirectStandardOutput = true })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == expectedExitCode, string.Join('\n', lines));
        return lines;
    }

    /// <summary>A vector as the process prints it.</summary>
    public static string Bits(float[] values) => string.Join(' ', values.Select(v => BitConverter.SingleToInt32Bits(v).ToString("x8")));
}
