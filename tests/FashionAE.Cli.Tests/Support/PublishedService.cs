using System.Diagnostics;
using System.Reflection;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Publishes the example Serve to a separate folder, as in docs/serving.md.</summary>
public sealed class PublishedService : IDisposable
{
    public PublishedService()
    {
        // A compiler server would keep the output open.
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Metadata("Serve"), "-c", Metadata("Configuration"), "-r", "linux-x64", "--self-contained", "false", "-o", Folder, "--no-restore",
            "-p:BuildProjectReferences=false", "-p:UseSharedCompilation=false", "-nodeReuse:false",
        ]);
        var (exitCode, output, errors) = ChildProcess.Run(start);
        Assert.True(exitCode == 0, string.Join('\n', [.. output, errors]));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("fashionae-published-").FullName;

    public string Program => Path.Combine(Folder, "Serve.dll");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Metadata(string key) =>
        typeof(PublishedService).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
