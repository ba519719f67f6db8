using System.Diagnostics;

namespace FashionAE.Benchmarks;

/// <summary>Tests a service under stress: replaced models, damaged and incomplete bodies, and a kill.</summary>
internal sealed class ServiceSurvival : IDisposable
{
    private const int Reloads = 1000;
    private const int DamagedBodies = 10_000;
    private const int SlowClients = 50;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-survival-").FullName;
    private readonly string _path;
    private readonly string _command;
    private readonly byte[] _picture = [];

    /// <param name="path">The URL path that accepts pictures.</param>
    /// <param name="command">The command of the service, which serves model.zip in its folder.</param>
    public ServiceSurvival(string path, string command)
    {
        (_path, _command) = (path, command);
        for (var model = 0; model < 2; model++)
            _picture = ServiceLoad.Save(File(model), seed: model + 1);
        System.IO.File.Copy(File(0), Model);
    }

    private string Model => Path.Combine(_folder, "model.zip");

    public void Run()
    {
        using (var service = new ServiceProcess(_command, _folder))
        {
            Damage(service).Wait();
            Slow(service).Wait();
            Reload(service);
        }
        Restart();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task Damage(ServiceProcess service)
    {
        var (random, statuses) = (new Random(1), new Dictionary<int, int>());
        using var client = await ServiceClient.ConnectAsync(service.Address);
        for (var i = 0; i < DamagedBodies; i++)
        {
            var body = (byte[])_picture.Clone();
            body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
            if (i % 4 == 0)
                body = body[..random.Next(body.Length)];
            var (status, answer) = await client.AskAsync(ServiceClient.Request(_path, body));
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            var text = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].TrimEnd('\n');
            if (status is not (200 or 400) || text.Contains('\n') && status == 400)
                throw new InvalidOperationException(answer);
        }
        Console.WriteLine($"{DamagedBodies} damaged bodies: {string.Join(", ", statuses.Select(of => $"{of.Value} times {of.Key}"))}"
            + $" (a bit may not matter), {service.Megabytes} MB");
    }

    private async Task Slow(ServiceProcess service)
    {
        var alone = ServiceLoad.Measure(service, _path, _picture, 8, Length);
        var request = ServiceClient.Request(_path, _picture);
        var slow = await Task.WhenAll(Enumerable.Range(0, SlowClients).Select(_ => ServiceClient.ConnectAsync(service.Address)));
        foreach (var client in slow)
            await client.SendAsync(request.AsMemory(0, request.Length / 2));
        var beside = ServiceLoad.Measure(service, _path, _picture, 8, Length);
        Console.WriteLine($"8 clients: {alone.PerSecond:F0} requests/s, p99 {alone.High:F1} ms; with {SlowClients} incomplete bodies"
            + $" {beside.PerSecond:F0} requests/s, p99 {beside.High:F1} ms");
        Array.ForEach(slow, client => client.Dispose());
    }

    private void Reload(ServiceProcess service)
    {
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() =>
        {
            var requests = 0.0;
            while (!stop.IsCancellationRequested)
                requests += ServiceLoad.Measure(service, _path, _picture, 8, Length).PerSecond * Length.TotalSeconds;
            return requests;
        });
        var (watch, memory) = (Stopwatch.StartNew(), new List<long>());
        while (service.Reloads < Reloads)
        {
            var before = service.Reloads;
            System.IO.File.Copy(File((before + 1) % 2), Model + ".new", overwrite: true);
            System.IO.File.Move(Model + ".new", Model, overwrite: true);
            while (service.Reloads == before && !load.IsCompleted)
                Thread.Sleep(1);
            if (load.IsCompleted)
                break;
            if (service.Reloads % (Reloads / 5) == 0)
                memory.Add(service.Megabytes);
        }
        stop.Cancel();
        Console.WriteLine($"{service.Reloads} reloads in {watch.Elapsed.TotalSeconds:F0} s under 8 clients: {load.Result:F0} requests, none failed;"
            + $" memory after each {Reloads / 5}: {string.Join(", ", memory)} MB");
    }

    private void Restart()
    {
        var service = new ServiceProcess(_command, _folder);
        var port = service.Address.Port;
        service.Dispose();
        var watch = Stopwatch.StartNew();
        using var next = new ServiceProcess(_command, _folder, port);
        using var client = ServiceClient.ConnectAsync(next.Address).Result;
        if (client.AskAsync(ServiceClient.Request(_path, _picture)).Result is not (200, _))
            throw new InvalidOperationException("The service does not answer.");
        Console.WriteLine($"Killed and restarted on the same port: first answer after {watch.Elapsed.TotalMilliseconds:F0} ms");
    }

    private string File(int model) => Path.Combine(_folder, $"{model}.zip");
}
