using System.Collections.Concurrent;
using System.Diagnostics;
using FashionAE.Extensions.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions.Tests;

public sealed class DriftWatchTests(SavedModels models) : IClassFixture<SavedModels>
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Requests_unlike_the_training_data_raise_an_alarm_and_others_do_not(bool isInverted, bool decodes)
    {
        var file = models.PathOf($"drift-{isInverted}-{decodes}.zip");
        var images = Save(file, decodes);
        var collection = new ServiceCollection().AddAutoencoder("garments", file, o =>
            (o.Drift, o.DriftInterval) = (new DriftOptions { Window = 100, FalseAlarms = 0.001 }, TimeSpan.Zero));
        collection.AddLogging().AddHealthChecks().AddAutoencoderCheck("garments");
        await using var services = collection.BuildServiceProvider();
        var service = services.GetRequiredService<IAutoencoderService>();
        if (isInverted)
            images = Array.ConvertAll(images, image => Array.ConvertAll(image, value => 1 - value));
        // The service may skip rows during a comparison.
        var watch = Stopwatch.StartNew();
        for (var i = 0; service.Model.Drift is null; i++)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "No window is compared.");
            await service.ScoreAsync(images[i % images.Length], CancellationToken.None);
        }
        Assert.Equal(isInverted, service.Model.Drift.IsAlarm);
        var health = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(isInverted, health.Entries["garments"].Data["isDriftAlarm"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_window_that_fails_is_logged_and_the_next_one_is_compared(bool refusesErrors)
    {
        var file = models.PathOf("drift-fails.zip");
        var images = Save(file, decodes: false);
        using var log = new FullLog(refusesErrors);
        var collection = new ServiceCollection().AddAutoencoder("garments", file, o =>
            (o.Drift, o.DriftInterval) = (new DriftOptions { Window = 100 }, TimeSpan.Zero));
        collection.AddLogging(builder => builder.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        await using var services = collection.BuildServiceProvider();
        var service = services.GetRequiredService<IAutoencoderService>();
        var watch = Stopwatch.StartNew();
        for (var i = 0; service.Model.Drift is not { Window: >= 3 }; i++)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "The third window is not compared.");
            await service.ScoreAsync(images[i % images.Length], CancellationToken.None);
        }
        if (refusesErrors)
            return;
        var (level, text) = Assert.Single(log.Lines, line => line.Text.Contains("could not compare", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("'garments'", text, StringComparison.Ordinal);
        Assert.Contains("The disk is full.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_error_needs_another_column_can_only_be_served_without_a_monitor()
    {
        var ml = new MLContext(seed: 1);
        var view = ml.Transforms.CopyColumns("Clean", "Pixels").Fit(models.View).Transform(models.View);
        var options = new AutoencoderEstimator.Options
        {
            InputColumnName = "Pixels",
            TargetColumnName = "Clean",
            LatentColumnName = "Code",
            ValidationSetFraction = 0.5,
            Epochs = 1,
        };
        using (var model = ml.Transforms.Autoencode(options).Fit(view))
        using (var monitored = model.WithReference(ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Pair { Pixels = models.PixelsOf(0), Clean = models.PixelsOf(0) }, 60))))
            ml.Model.Save(monitored, view.Schema, models.PathOf("denoiser.zip"));
        var collection = new ServiceCollection().AddAutoencoder("plain", models.PathOf("denoiser.zip"))
            .AddAutoencoder("monitored", models.PathOf("denoiser.zip"), o => o.Drift = new());
        await using var services = collection.BuildServiceProvider();
        var plain = services.GetRequiredKeyedService<IAutoencoderService>("plain");
        Assert.NotEmpty(await plain.ScoreAsync(models.PixelsOf(0), CancellationToken.None));
        var thrown = Assert.Throws<InvalidDataException>(() => services.GetRequiredKeyedService<IAutoencoderService>("monitored"));
        Assert.Contains("'Clean'", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>Trains a model on half of the sample, saves it, and returns the images of the other half.</summary>
    private float[][] Save(string file, bool decodes)
    {
        var ml = new MLContext(seed: 1);
        var view = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Path.Combine(AppContext.BaseDirectory, "sample"));
        var halves = ml.Data.TrainTestSplit(view, testFraction: 0.5, seed: 1);
        var options = new AutoencoderOptions
        {
            Architecture = new DenseArchitecture(FashionMnist.Shape, 2) { HiddenSizes = [16] },
            Epochs = 2,
            ValidationSetFraction = 0.5,
        };
        using var model = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(halves.TrainSet);
        var pictures = ml.Data.LoadFromEnumerable(new[] { new { Png = models.Pictures[0] } });
        var decoding = ml.Transforms.DecodePixels("Pixels", FashionMnist.Shape, "Png").Fit(pictures);
        if (decodes)
            ml.Model.Save(new TransformerChain<ITransformer>(decoding, model), pictures.Schema, file);
        else
            ml.Model.Save(model, view.Schema, file);
        return [.. halves.TestSet.GetColumn<float[]>("Pixels")];
    }

    /// <summary>A log that throws when the first two drift reports are written to it, and perhaps at every error.</summary>
    private sealed class FullLog(bool refusesErrors) : ILoggerProvider, ILogger
    {
        private int _reports;

        public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            if (text.Contains("compared new rows", StringComparison.Ordinal) && Interlocked.Increment(ref _reports) <= 2
                || (refusesErrors && logLevel == LogLevel.Error))
                throw new IOException("The disk is full.");
            Lines.Enqueue((logLevel, text));
        }

        public void Dispose()
        {
        }
    }

    private sealed class Pair
    {
        [VectorType(1, 28, 28)]
        public float[] Pixels { get; set; } = [];

        [VectorType(1, 28, 28)]
        public float[] Clean { get; set; } = [];
    }
}
