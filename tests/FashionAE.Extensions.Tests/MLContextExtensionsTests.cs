using System.Collections.Concurrent;
using FashionAE.Extensions.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML;

namespace FashionAE.Extensions.Tests;

public sealed class MLContextExtensionsTests(SavedModels models) : IClassFixture<SavedModels>
{
    [Fact]
    public void A_training_is_logged_by_category_and_level()
    {
        using var kept = new KeptLog();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(kept).SetMinimumLevel(LogLevel.Information));
        var ml = new MLContext(seed: 1).LogTo(loggers);
        using var model = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions
        {
            Architecture = new DenseArchitecture(FashionMnist.Shape, 2) { HiddenSizes = [8] },
            Epochs = 1,
        }).Fit(models.View);
        Assert.Contains(kept.Lines, line => line.Level == LogLevel.Information && line.Text.StartsWith("Epoch 1/1: loss ", StringComparison.Ordinal));
        Assert.Contains(kept.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("too few to learn", StringComparison.Ordinal));
        Assert.All(kept.Lines, line => Assert.Matches(@"\AMicrosoft\.ML\.\w+\z", line.Category));
        Assert.DoesNotContain(kept.Lines, line => line.Level < LogLevel.Information);
    }

    [Fact]
    public async Task A_service_that_scores_batches_logs_no_warning()
    {
        using var kept = new KeptLog();
        var collection = new ServiceCollection().AddAutoencoder("garments", models.First, o => o.Workers = 1);
        collection.AddLogging(builder => builder.AddProvider(kept));
        await using var services = collection.BuildServiceProvider();
        var service = services.GetRequiredService<IAutoencoderService>();
        for (var i = 0; i < 10; i++)
            await service.ScoreAsync(models.PixelsOf(i), CancellationToken.None);
        Assert.DoesNotContain(kept.Lines, line => line.Level >= LogLevel.Warning);
    }

    private sealed class KeptLog : ILoggerProvider
    {
        public ConcurrentQueue<(string Category, LogLevel Level, string Text)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Logger(KeptLog log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                log.Lines.Enqueue((category, logLevel, formatter(state, exception)));
        }
    }
}
