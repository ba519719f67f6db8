using FashionAE.Extensions.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions.Tests;

public sealed class AutoencoderServiceTests(SavedModels models) : IClassFixture<SavedModels>
{
    [Fact]
    public async Task Waiting_requests_share_a_batch_and_get_the_same_codes_as_in_a_view()
    {
        using var instruments = new Instruments("batches", holdsBatch: true);
        await using var services = Provide(o => o.Workers = 1, "batches");
        var service = services.GetRequiredService<IAutoencoderService>();
        var first = Task.Run(() => ScoreAsync(service, models.Pictures[0]));
        instruments.WaitForWorker();
        var waiting = models.Pictures.Select(picture => ScoreAsync(service, picture)).ToArray();
        instruments.Release();
        AssertClose(models.Codes(models.First)[0], (await first)["Scaled"]);
        var (codes, scaled) = (models.Codes(models.First, "Code"), models.Codes(models.First));
        foreach (var (i, answer) in (await Task.WhenAll(waiting)).Index())
        {
            Assert.Equal(["Code", "Scaled"], answer.Keys);
            AssertClose(codes[i], answer["Code"]);
            AssertClose(scaled[i], answer["Scaled"]);
        }
        Assert.Equal([1, waiting.Length], instruments.ValuesOf("fashionae.service.batch.size"));
        Assert.Equal(1 + waiting.Length, instruments.ValuesOf("fashionae.service.request.duration").Length);
        Assert.Equal(0, instruments.ValuesOf("fashionae.service.queue.length").Sum());
    }

    [Fact]
    public async Task Many_callers_get_their_own_codes()
    {
        await using var services = Provide(o => o.LargestBatch = 5);
        var service = services.GetRequiredService<IAutoencoderService>();
        var scaled = models.Codes(models.First);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; i < 400; i++)
                AssertClose(scaled[i % scaled.Length], (await ScoreAsync(service, models.Pictures[i % scaled.Length]))["Scaled"]);
        })));
    }

    [Fact]
    public async Task Pixels_are_scored_as_their_picture_is_and_columns_can_be_chosen()
    {
        await using var services = Provide(o => o.Columns = ["Scaled"]);
        var service = services.GetRequiredService<IAutoencoderService>();
        var answer = await service.ScoreAsync(models.PixelsOf(3), CancellationToken.None);
        Assert.Equal(["Scaled"], answer.Keys);
        AssertClose(models.Codes(models.First)[3], answer["Scaled"]);
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => service.ScoreAsync(new float[3], CancellationToken.None));
        Assert.StartsWith("The array has 3 values, but an input of the model has 784.", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(5000)]
    public async Task A_body_that_is_not_a_picture_fails_only_its_own_request(int length)
    {
        await using var services = Provide(o => o.MaximumBytes = 1000);
        var service = services.GetRequiredService<IAutoencoderService>();
        var bad = ScoreAsync(service, new byte[length]);
        var good = ScoreAsync(service, models.Pictures[0]);
        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => bad);
        Assert.StartsWith("The picture cannot be read: ", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(length == 5000, thrown.Message.Contains("more than 1,000 bytes", StringComparison.Ordinal));
        Assert.DoesNotContain('\n', thrown.Message);
        AssertClose(models.Codes(models.First)[0], (await good)["Scaled"]);
    }

    [Fact]
    public async Task A_body_that_never_ends_blocks_no_other_request_and_fails_at_the_deadline()
    {
        using var instruments = new Instruments(nameof(A_body_that_never_ends_blocks_no_other_request_and_fails_at_the_deadline));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var services = Provide(
            o => (o.LongestWait, o.QueueLength) = (TimeSpan.FromMinutes(1), 1),
            nameof(A_body_that_never_ends_blocks_no_other_request_and_fails_at_the_deadline), time);
        var service = services.GetRequiredService<IAutoencoderService>();
        using var half = new EndlessStream(models.Pictures[0][..100]);
        var slow = service.ScoreAsync(half);
        // The clock is stopped, so a batch that waits would wait forever. The queue has room for one request.
        AssertClose(models.Codes(models.First)[0], (await ScoreAsync(service, models.Pictures[0]))["Scaled"]);
        Assert.False(slow.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<TimeoutException>(() => slow);
        var errors = instruments.ErrorsOf("fashionae.service.request.duration");
        Assert.Equal([null, typeof(TimeoutException).FullName], errors.AsEnumerable());
    }

    [Fact]
    public async Task A_canceled_request_does_not_affect_others()
    {
        await using var services = Provide();
        var service = services.GetRequiredService<IAutoencoderService>();
        using var stop = new CancellationTokenSource();
        using var half = new EndlessStream([]);
        var canceled = service.ScoreAsync(half, stop.Token);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        AssertClose(models.Codes(models.First)[1], (await ScoreAsync(service, models.Pictures[1]))["Scaled"]);
    }

    [Fact]
    public async Task Requests_beyond_the_queue_length_are_rejected_and_the_others_are_scored()
    {
        using var instruments = new Instruments("busy", holdsBatch: true);
        await using var services = Provide(o => (o.QueueLength, o.Workers) = (2, 1), "busy");
        var service = services.GetRequiredService<IAutoencoderService>();
        var pixels = models.PixelsOf(0);
        var scored = Task.Run(() => service.ScoreAsync(pixels, CancellationToken.None));
        instruments.WaitForWorker();
        using var stop = new CancellationTokenSource();
        var waiting = service.ScoreAsync(pixels, CancellationToken.None);
        var canceled = service.ScoreAsync(pixels, stop.Token);
        // A canceled request keeps its place until a worker removes it. Otherwise memory would be unlimited.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        await Assert.ThrowsAsync<AutoencoderBusyException>(() => service.ScoreAsync(pixels, CancellationToken.None));
        instruments.Release();
        await Task.WhenAll(scored, waiting);
        Assert.NotEmpty(await service.ScoreAsync(pixels, CancellationToken.None));
        Assert.Contains(typeof(AutoencoderBusyException).FullName, instruments.ErrorsOf("fashionae.service.request.duration"));
    }

    [Fact]
    public async Task A_batch_does_not_wait_for_a_failed_picture()
    {
        // The clock is stopped, so a batch that waits would wait forever.
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var services = Provide(o => o.LongestWait = TimeSpan.FromMinutes(1), time: time);
        var service = services.GetRequiredService<IAutoencoderService>();
        for (var i = 0; i < 300; i++)
        {
            var bad = Assert.ThrowsAsync<InvalidDataException>(() => ScoreAsync(service, models.Pictures[0][..200]));
            await Task.WhenAll(bad, ScoreAsync(service, models.Pictures[i % 8]), ScoreAsync(service, models.Pictures[i % 5]));
        }
    }

    [Fact]
    public void A_service_can_be_disposed_on_a_thread_that_continuations_need()
    {
        var before = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(new DeadContext());
            var services = Provide();
            _ = services.GetRequiredService<IAutoencoderService>();
            services.Dispose();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void A_name_can_only_be_registered_once()
    {
        var collection = new ServiceCollection().AddAutoencoder("garments", models.First);
        var thrown = Assert.Throws<ArgumentException>(() => collection.AddAutoencoder("garments", models.Second));
        Assert.StartsWith("A service with the name 'garments' is already registered", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_beyond_the_queue_length_are_generated_in_turn()
    {
        await using var services = Provide(o => o.QueueLength = 2);
        var generator = services.GetRequiredService<IEmbeddingGenerator<DataContent, Embedding<float>>>();
        var contents = models.Pictures.Select(png => new DataContent(png, "image/png")).ToArray();
        var all = await Task.WhenAll(generator.GenerateAsync(contents), generator.GenerateAsync(contents));
        Assert.Equal(2 * contents.Length, all.Sum(embeddings => embeddings.Count));
    }

    [Fact]
    public async Task Services_are_resolved_by_key_and_the_first_one_without_a_key()
    {
        var collection = new ServiceCollection();
        collection.AddAutoencoder("a", models.First).AddAutoencoder("b", models.Second);
        await using var services = collection.BuildServiceProvider();
        Assert.Equal("a", services.GetRequiredService<IAutoencoderService>().Name);
        var second = services.GetRequiredKeyedService<IAutoencoderService>("b");
        AssertClose(models.Codes(models.Second)[0], (await ScoreAsync(second, models.Pictures[0]))["Scaled"]);
    }

    [Fact]
    public async Task Embeddings_are_codes()
    {
        await using var services = Provide();
        var generator = services.GetRequiredService<IEmbeddingGenerator<DataContent, Embedding<float>>>();
        var embeddings = await generator.GenerateAsync(models.Pictures.Select(png => new DataContent(png, "image/png")));
        Assert.Equal(models.Pictures.Length, embeddings.Count);
        foreach (var (code, embedding) in models.Codes(models.First, "Code").Zip(embeddings))
            AssertClose(code, embedding.Vector.ToArray());
        var written = FormattableString.Invariant($"garments {new DateTimeOffset(File.GetLastWriteTimeUtc(models.First)):O}");
        Assert.All(embeddings, embedding => Assert.Equal(written, embedding.ModelId));
        Assert.Equal(3, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
    }

    [Theory]
    [InlineData("Code", "Code")]
    [InlineData(null, "Clean")]
    public async Task Reconstructions_are_in_an_answer_without_other_columns(string? code, string expected)
    {
        var ml = new MLContext(seed: 1);
        var options = new AutoencoderEstimator.Options
        {
            InputColumnName = "Pixels",
            LatentColumnName = code,
            ReconstructionColumnName = "Clean",
            Epochs = 1,
        };
        var file = models.PathOf($"{expected}.zip");
        using (var model = ml.Transforms.Autoencode(options).Fit(models.View))
            ml.Model.Save(model, models.View.Schema, file);
        await using var services = new ServiceCollection().AddAutoencoder("a", file).BuildServiceProvider();
        var answer = await ScoreAsync(services.GetRequiredService<IAutoencoderService>(), models.Pictures[0]);
        Assert.Equal([expected], answer.Keys);
    }

    [Fact]
    public async Task A_pipeline_that_decodes_pictures_uses_its_own_pixel_options()
    {
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(models.Pictures.Select(png => new Picture { Png = png }));
        var options = new PixelOptions { Shape = FashionMnist.Shape, Invert = true };
        using var model = ml.Transforms.DecodePixels("Pixels", "Png", options)
            .Append(ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 2, epochs: 1)).Fit(rows);
        ml.Model.Save(model, rows.Schema, models.PathOf("decoding.zip"));
        await using var services = new ServiceCollection().AddAutoencoder("a", models.PathOf("decoding.zip")).BuildServiceProvider();
        var answer = await ScoreAsync(services.GetRequiredService<IAutoencoderService>(), models.Pictures[5]);
        Assert.Equal(["Code"], answer.Keys);
        AssertClose(model.Transform(rows).GetColumn<float[]>("Code").ElementAt(5), answer["Code"]);
    }

    [Fact]
    public async Task A_model_of_vectors_scores_vectors_and_rejects_pictures()
    {
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(i => new Sensors { Values = [i, i % 7, i % 3, 1] }));
        var options = new AutoencoderOptions { LatentSize = 2, Epochs = 1 };
        using var model = ml.Transforms.EncodeWithAutoencoder("Code", "Values", options).Fit(rows);
        ml.Model.Save(model, rows.Schema, models.PathOf("sensors.zip"));
        var collection = new ServiceCollection();
        await using var services = collection.AddAutoencoder("sensors", models.PathOf("sensors.zip")).BuildServiceProvider();
        var service = services.GetRequiredService<IAutoencoderService>();
        Assert.Equal(2, ((float[])(await service.ScoreAsync([1, 2, 3, 4], CancellationToken.None))["Code"]).Length);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ScoreAsync(service, models.Pictures[0]));
    }

    [Fact]
    public async Task A_disposed_service_throws()
    {
        var services = Provide();
        var service = services.GetRequiredService<IAutoencoderService>();
        await services.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => service.ScoreAsync(models.PixelsOf(0), CancellationToken.None));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => service.ReloadAsync());
    }

    internal static async Task<IReadOnlyDictionary<string, object>> ScoreAsync(IAutoencoderService service, byte[] file)
    {
        using var stream = new MemoryStream(file);
        return await service.ScoreAsync(stream);
    }

    // ONNX Runtime returns the same bits in every batch. ML.NET's scaling does not guarantee that.
    internal static void AssertClose(float[] expected, object actual) =>
        Assert.All(expected.Zip(Assert.IsType<float[]>(actual)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

    private ServiceProvider Provide(Action<AutoencoderServiceOptions>? configure = null, string name = "garments", TimeProvider? time = null)
    {
        var collection = new ServiceCollection();
        if (time is not null)
            collection.AddSingleton(time);
        return collection.AddAutoencoder(name, models.First, configure).BuildServiceProvider();
    }

    private sealed class Sensors
    {
        [VectorType(4)]
        public float[] Values { get; set; } = [];
    }

    private sealed class Picture
    {
        public byte[] Png { get; set; } = [];
    }

    /// <summary>A synchronization context whose thread never runs its continuations.</summary>
    private sealed class DeadContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }

    /// <summary>A body whose sender stops after some bytes.</summary>
    private sealed class EndlessStream(byte[] beginning) : MemoryStream(beginning)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            if (count == 0)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return count;
        }
    }
}
