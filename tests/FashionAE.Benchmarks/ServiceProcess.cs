using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace FashionAE.Benchmarks;

/// <summary>Runs a web service as a separate process.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;
    private int _reloads;

    /// <param name="command">The arguments of "dotnet".</param>
    /// <param name="folder">The working directory.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    public ServiceProcess(string command, string folder, int port = 0)
    {
        var start = new ProcessStartInfo("dotnet", $"{command} --urls http://127.0.0.1:{port}")
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        _process = Process.Start(start)!;
        const string Listening = "Now listening on: http://";
        IPEndPoint? address = null;
        while (address is null)
            address = (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The service has ended."))
                .Split(Listening) is [_, var url] ? IPEndPoint.Parse(url) : null;
        Address = address;
        _ = Task.Run(() =>
        {
            while (_process.StandardOutput.ReadLine() is { } line)
                if (line.Contains("reloaded its model", StringComparison.Ordinal))
                    Interlocked.Increment(ref _reloads);
        });
    }

    public IPEndPoint Address { get; }

    /// <summary>Gets the number of reloads in the log.</summary>
    public int Reloads => Volatile.Read(ref _reloads);

    /// <summary>Gets the resident memory of the process in MB.</summary>
    public long Megabytes => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ')[^2],
        CultureInfo.InvariantCulture) >> 10;

    /// <summary>Kills the process, like <c>kill -9</c>.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
