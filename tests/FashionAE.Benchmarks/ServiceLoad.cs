using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Benchmarks;

/// <summary>
/// Web services under load on loopback: each client sends one picture after the other over a connection of its own. The services take
/// turns, so that what else the machine does hits all of them.
/// </summary>
internal sealed class ServiceLoad : IDisposable
{
    private const int Rounds = 5;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);
    private static readonly int[] Clients = [1, 8, 64];

    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-load-").FullName;
    private readonly byte[] _request;

    public ServiceLoad()
    {
        var ml = new MLContext(1);
        using var images = FashionMnist.Load(FashionMnistSplit.Test);
        var view = ml.Data.TakeRows(ml.Data.LoadFromImageSet(images), 256);
        var options = new AutoencoderEstimator.Options
        {
            InputColumnName = "Pixels", Architecture = new ConvolutionalArchitecture(FashionMnist.Shape), LatentColumnName = "Code", MseColumnName = "Mse", Epochs = 1,
        };
        using var model = ml.Transforms.Autoencode(options).Fit(view);
        ml.Model.Save(model, view.Schema, Model);
        using var pixels = images.Batch(0, 1);
        using var image = MLImage.CreateFromPixels(28, 28, MLPixelFormat.Bgra32, [.. pixels.data<float>().ToArray()
            .SelectMany(value => { var level = (byte)(255 * value); return new[] { level, level, level, byte.MaxValue }; })]);
        var file = Path.Combine(_folder, "garment.png");
        image.Save(file);
        var body = File.ReadAllBytes(file);
        _request = [.. Encoding.ASCII.GetBytes($"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }

    private string Model => Path.Combine(_folder, "model.zip");

    /// <param name="services">Names, and the command lines that begin them but for the model: "batched=Serve.dll --a 1".</param>
    public void Run(string[] services)
    {
        var running = services.Select(service => service.Split('=', 2)).Select(of => (Name: of[0], Service: new Running(of[1], Model))).ToList();
        Console.WriteLine("| clients | service | requests/s | p50 (ms) | p99 (ms) | memory (MB) |\n|---|---|---|---|---|---|");
        foreach (var (_, service) in running)
            Measure(service, 8); // compiles and warms up
        foreach (var clients in Clients)
        {
            var results = running.ToDictionary(of => of.Name, _ => new List<(double PerSecond, double Median, double High)>());
            for (var round = 0; round < Rounds; round++)
                foreach (var (name, service) in running)
                    results[name].Add(Measure(service, clients));
            foreach (var (name, service) in running)
            {
                double Of(Func<(double PerSecond, double Median, double High), double> value) => results[name].Select(value).Order().ElementAt(Rounds / 2);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {clients} | {name} | {Of(r => r.PerSecond):F0} | {Of(r => r.Median):F2} | {Of(r => r.High):F2} | {service.Megabytes} |"));
            }
        }
        running.ForEach(of => of.Service.Dispose());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (double PerSecond, double Median, double High) Measure(Running service, int clients)
    {
        var begin = Stopwatch.GetTimestamp();
        var times = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => SendAsync(service.Address, begin)))).Result
            .SelectMany(all => all).Order().ToArray();
        return (times.Length / Stopwatch.GetElapsedTime(begin).TotalSeconds, times[times.Length / 2], times[times.Length * 99 / 100]);
    }

    private async Task<List<double>> SendAsync(IPEndPoint address, long begin)
    {
        var times = new List<double>();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        var answer = new byte[1 << 14];
        while (Stopwatch.GetElapsedTime(begin) < Length)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(_request);
            for (var count = 0; !IsComplete(answer.AsSpan(0, count));)
            {
                var read = await socket.ReceiveAsync(answer.AsMemory(count));
                count += read > 0 ? read : throw new InvalidOperationException("The service closed the connection.");
            }
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
        return times;
    }

    // Answers are one chunk and the end of chunks, or have a length.
    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        if (!answer.StartsWith("HTTP/1.1 200"u8))
            throw new InvalidOperationException(Encoding.ASCII.GetString(answer));
        var field = answer[..head].IndexOf("Content-Length: "u8);
        return field < 0
            ? answer.EndsWith("\r\n0\r\n\r\n"u8)
            : answer.Length >= head + 4 + int.Parse(answer[(field + 16)..(field + 16 + answer[(field + 16)..].IndexOf((byte)'\r'))], CultureInfo.InvariantCulture);
    }

    /// <summary>A service as a process, on a port that is free.</summary>
    private sealed class Running : IDisposable
    {
        private readonly Process _process;

        public Running(string command, string model)
        {
            _process = Process.Start(new ProcessStartInfo("dotnet", $"{command} --model {model} --urls http://127.0.0.1:0") { RedirectStandardOutput = true })!;
            const string Listening = "Now listening on: http://";
            while (Address is null)
                Address = (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The service has ended.")).Split(Listening)
                    is [_, var address] ? IPEndPoint.Parse(address) : null!;
            _ = _process.StandardOutput.ReadToEndAsync();
        }

        public IPEndPoint Address { get; } = null!;

        public long Megabytes
        {
            get
            {
                _process.Refresh();
                return _process.WorkingSet64 >> 20;
            }
        }

        public void Dispose()
        {
            _process.Kill();
            _process.Dispose();
        }
    }
}
