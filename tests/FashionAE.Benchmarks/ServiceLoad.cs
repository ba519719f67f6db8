using System.Diagnostics;
using System.Globalization;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Benchmarks;

/// <summary>
/// Measures web services under load on loopback. Each client sends pictures one after another over its own connection. The measurements of
/// the services alternate, so that other load on the machine affects all of them.
/// </summary>
internal sealed class ServiceLoad : IDisposable
{
    private const int Rounds = 5;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);
    private static readonly int[] Clients = [1, 8, 64];

    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-load-").FullName;
    private readonly byte[] _picture;

    public ServiceLoad() => _picture = Save(Path.Combine(_folder, "model.zip"), seed: 1);

    /// <summary>Saves a convolutional encoder in a pipeline that ends with a step of ML.NET.</summary>
    /// <returns>The PNG file of a garment.</returns>
    public static byte[] Save(string model, int seed)
    {
        var ml = new MLContext(1);
        using var images = FashionMnist.Load(FashionMnistSplit.Test);
        var view = ml.Data.TakeRows(ml.Data.LoadFromImageSet(images), 256);
        var options = new AutoencoderEstimator.Options
        {
            InputColumnName = "Pixels",
            Architecture = new ConvolutionalArchitecture(FashionMnist.Shape),
            LatentColumnName = "Code",
            Epochs = 1,
            Seed = seed,
        };
        using var trained = ml.Transforms.Autoencode(options).Append(ml.Transforms.NormalizeMeanVariance("Scaled", "Code")).Fit(view);
        ml.Model.Save(trained, view.Schema, model);
        using var pixels = images.Batch(0, 1);
        using var image = MLImage.CreateFromPixels(28, 28, MLPixelFormat.Bgra32, [.. pixels.data<float>().ToArray()
            .SelectMany(value => Enumerable.Repeat((byte)(255 * value), 3).Append(byte.MaxValue))]);
        image.Save(model + ".png");
        return File.ReadAllBytes(model + ".png");
    }

    /// <param name="services">The names and commands, with {model} for the model file: "new=Serve.dll --model {model}".</param>
    public void Run(string[] services)
    {
        var running = services.Select(service => service.Split('=', 2)).Select(of =>
            (Name: of[0], Service: new ServiceProcess(of[1].Replace("{model}", Path.Combine(_folder, "model.zip")), _folder))).ToList();
        Console.WriteLine("| clients | service | requests/s | p50 (ms) | p99 (ms) | memory (MB) |\n|---|---|---|---|---|---|");
        foreach (var (_, service) in running)
            Measure(service, 8, Length); // compiles and warms up
        foreach (var clients in Clients)
        {
            var results = running.ToDictionary(of => of.Name, _ => new List<(double PerSecond, double Median, double High)>());
            for (var round = 0; round < Rounds; round++)
                foreach (var (name, service) in running)
                    results[name].Add(Measure(service, clients, Length));
            foreach (var (name, service) in running)
            {
                double Of(Func<(double PerSecond, double Median, double High), double> value) =>
                    results[name].Select(value).Order().ElementAt(Rounds / 2);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {clients} | {name} | {Of(r => r.PerSecond):F0} | {Of(r => r.Median):F2} | {Of(r => r.High):F2} | {service.Megabytes} |"));
            }
        }
        running.ForEach(of => of.Service.Dispose());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (double PerSecond, double Median, double High) Measure(ServiceProcess service, int clients, TimeSpan length) =>
        Measure(service, "/score", _picture, clients, length);

    /// <summary>Measures requests per second, and the median and 99th percentile of their times in milliseconds.</summary>
    /// <exception cref="InvalidOperationException">A request failed.</exception>
    public static (double PerSecond, double Median, double High) Measure(
        ServiceProcess service, string path, byte[] picture, int clients, TimeSpan length)
    {
        var (begin, request) = (Stopwatch.GetTimestamp(), ServiceClient.Request(path, picture));
        async Task<List<double>> SendAsync()
        {
            var times = new List<double>();
            using var client = await ServiceClient.ConnectAsync(service.Address);
            while (Stopwatch.GetElapsedTime(begin) < length)
            {
                var sent = Stopwatch.GetTimestamp();
                var (status, answer) = await client.AskAsync(request);
                if (status != 200)
                    throw new InvalidOperationException(answer);
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
            return times;
        }

        var times = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(SendAsync))).Result.SelectMany(all => all).Order().ToArray();
        return (times.Length / Stopwatch.GetElapsedTime(begin).TotalSeconds, times[times.Length / 2], times[times.Length * 99 / 100]);
    }
}
