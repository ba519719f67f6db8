using System.Diagnostics;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Runs the example Serve as a process on a free port.</summary>
internal sealed class Service : IDisposable
{
    private readonly Process _process;

    public Service(string program, string model)
    {
        var start = new ProcessStartInfo("dotnet", [program, "--model", model, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(model)!,
        };
        // Otherwise TorchSharp would load missing native libraries from the package folder.
        start.Environment["NUGET_PACKAGES"] = "/nonexistent";
        _process = Process.Start(start)!;
        using var overdue = ChildProcess.KillAfterLimit(_process);
        // Read errors and log, so that no pipe fills up.
        var errors = _process.StandardError.ReadToEndAsync();
        const string Listening = "Now listening on: ";
        string? address = null;
        while (address is null && _process.StandardOutput.ReadLine() is { } line)
            address = line.Split(Listening) is [_, var url] ? url : null;
        _ = _process.StandardOutput.ReadToEndAsync();
        Client = new HttpClient
        {
            BaseAddress = new Uri(address ?? throw new InvalidOperationException($"The service ended before it listened: {errors.Result}")),
        };
    }

    public HttpClient Client { get; }

    /// <summary>Gets the loaded native libraries of the process.</summary>
    public IEnumerable<string> Libraries => File.ReadLines($"/proc/{_process.Id}/maps").Select(line => Path.GetFileName(line.Split(' ')[^1]))
        .Where(name => name.Contains(".so", StringComparison.Ordinal)).Distinct();

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
