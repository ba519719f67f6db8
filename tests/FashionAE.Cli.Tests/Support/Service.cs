using System.Diagnostics;
using System.Reflection;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests.Support;

/// <summary>The example ServeWithOnnx as a process, on a port that is free.</summary>
internal sealed class Service : IDisposable
{
    private readonly Process _process;

    public Service(string model)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "--model", model, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(model)!,
        };
        _process = Process.Start(start)!;
        using var overdue = ChildProcess.KillAfterLimit(_process);
        const string Listening = "Now listening on: ";
        string? address = null;
        while (address is null && _process.StandardOutput.ReadLine() is { } line)
            address = line.Split(Listening) is [_, var url] ? url : null;
        // Its log must not fill the pipe.
        _ = _process.StandardOutput.ReadToEndAsync();
        Client = new HttpClient { BaseAddress = new Uri(address ?? throw new InvalidOperationException("The service ended before it listened.")) };
    }

    public static string Program { get; } = typeof(Service).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServeWithOnnx").Value!;

    public HttpClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
