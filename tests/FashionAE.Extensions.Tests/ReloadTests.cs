using System.Diagnostics;
using FashionAE.Extensions.Tests.Support;
using FashionAE.MLNet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Microsoft.ML;
using static FashionAE.Extensions.Tests.AutoencoderServiceTests;

namespace FashionAE.Extensions.Tests;

public sealed class ReloadTests(SavedModels models) : IClassFixture<SavedModels>
{
    [Fact]
    public async Task No_request_fails_during_a_reload_and_each_answer_is_from_one_model()
    {
        var file = Copy(models.First, "replaced.zip");
        await using var services = new ServiceCollection().AddAutoencoder("garments", file).BuildServiceProvider();
        var service = services.GetRequiredService<IAutoencoderService>();
        var (first, second) = (models.Codes(models.First), models.Codes(models.Second));
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(client => Task.Run(async () =>
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                var code = (float[])(await ScoreAsync(service, models.Pictures[client]))["Scaled"];
                Assert.True(IsClose(first[client], code) || IsClose(second[client], code), string.Join(' ', code));
            }
            return count;
        })).ToArray();
        for (var i = 0; i < 20; i++)
        {
            Copy(i % 2 == 0 ? models.Second : models.First, "replaced.zip");
            await service.ReloadAsync();
        }
        stop.Cancel();
        Assert.All(await Task.WhenAll(clients), count => Assert.NotEqual(0, count));
        AssertClose(first[0], (await ScoreAsync(service, models.Pictures[0]))["Scaled"]);
    }

    [Fact]
    public async Task A_damaged_file_leaves_the_old_model_and_the_health_check_reports_it()
    {
        var file = Copy(models.First, "damaged.zip");
        var collection = new ServiceCollection().AddAutoencoder("garments", file);
        collection.AddLogging().AddHealthChecks().AddAutoencoderCheck("garments");
        await using var services = collection.BuildServiceProvider();
        var service = services.GetRequiredService<IAutoencoderService>();
        var health = services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Status);

        await File.WriteAllBytesAsync(file, File.ReadAllBytes(models.Second)[..^1000]);
        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => service.ReloadAsync());
        Assert.StartsWith($"The model '{file}' cannot be served: ", thrown.Message, StringComparison.Ordinal);
        var report = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Contains(thrown.Message, report.Entries["garments"].Description, StringComparison.Ordinal);
        AssertClose(models.Codes(models.First)[0], (await ScoreAsync(service, models.Pictures[0]))["Scaled"]);

        Copy(models.Second, "damaged.zip");
        await service.ReloadAsync();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Status);
        AssertClose(models.Codes(models.Second)[0], (await ScoreAsync(service, models.Pictures[0]))["Scaled"]);
    }

    [Fact]
    public async Task A_model_with_other_codes_or_fewer_columns_is_rejected()
    {
        var file = Copy(models.First, "other.zip");
        await using var services = new ServiceCollection().AddAutoencoder("garments", file).BuildServiceProvider();
        var service = services.GetRequiredService<IAutoencoderService>();
        var ml = new MLContext(seed: 1);
        foreach (var (size, message) in new[] { (5, "its latent vectors have 5 values, and those of the service have 3"), (3, "it has no column 'Scaled'") })
        {
            using (var other = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: size, epochs: 1).Fit(models.View))
                ml.Model.Save(other, models.View.Schema, file);
            var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => service.ReloadAsync());
            Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
        }
        AssertClose(models.Codes(models.First)[0], (await ScoreAsync(service, models.Pictures[0]))["Scaled"]);
    }

    [Fact]
    public async Task A_host_watches_the_file()
    {
        var (file, time) = (Copy(models.First, "watched.zip"), new FakeTimeProvider());
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddAutoencoder("garments", file, o => o.Watch = true);
        using var host = builder.Build();
        await host.StartAsync();
        var service = host.Services.GetRequiredService<IAutoencoderService>();
        var loadedAt = service.Model.LoadedAt;
        Copy(models.Second, "watched.zip");
        var watch = Stopwatch.StartNew();
        while (service.Model.LoadedAt == loadedAt)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "The file is not loaded again.");
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        AssertClose(models.Codes(models.Second)[0], (await ScoreAsync(service, models.Pictures[0]))["Scaled"]);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_whose_model_cannot_be_served_does_not_start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddAutoencoder("garments", models.PathOf("missing.zip"));
        using var host = builder.Build();
        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => host.StartAsync());
        Assert.Contains(models.PathOf("missing.zip"), thrown.Message, StringComparison.Ordinal);
    }

    private static bool IsClose(float[] expected, float[] actual) =>
        expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5f);

    // The service reads the complete old file or the complete new one.
    private string Copy(string model, string name)
    {
        File.Copy(model, models.PathOf(name + ".new"));
        File.SetLastWriteTimeUtc(models.PathOf(name + ".new"), DateTime.UtcNow);
        File.Move(models.PathOf(name + ".new"), models.PathOf(name), overwrite: true);
        return models.PathOf(name);
    }
}
