using Microsoft.Extensions.AI;

namespace FashionAE.Extensions;

/// <summary>Generates the latent vectors of pictures as embeddings, for vector stores.</summary>
internal sealed class AutoencoderEmbeddingGenerator : IEmbeddingGenerator<DataContent, Embedding<float>>
{
    private readonly IAutoencoderService _service;
    private readonly string? _column;
    private readonly EmbeddingGeneratorMetadata _metadata;
    // Embeddings use at most half of the queue, so that the other half is free for other requests.
    private readonly SemaphoreSlim _turns;

    public AutoencoderEmbeddingGenerator(IAutoencoderService service, AutoencoderServiceOptions options)
    {
        var column = options.EmbeddingColumnName;
        (_service, _column, _turns) = (service, column, new SemaphoreSlim(Math.Max(1, options.QueueLength / 2)));
        _metadata = new EmbeddingGeneratorMetadata("FashionAE", null, service.Name, column is null ? service.Model.LatentSize : null);
    }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var all = new GeneratedEmbeddings<Embedding<float>>();
        // Latent vectors of different models are not comparable. With this ID, a vector store can identify the model.
        var model = FormattableString.Invariant($"{_service.Name} {_service.Model.WrittenAt:O}");
        // Chunks limit the number of pictures in memory.
        foreach (var some in values.Chunk(64))
            foreach (var answer in await Task.WhenAll(some.Select(picture => ScoreAsync(picture, cancellationToken))).ConfigureAwait(false))
                all.Add(new Embedding<float>(Code(answer)) { ModelId = model, CreatedAt = DateTimeOffset.UtcNow });
        return all;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        object[] own = [this, _metadata, _service];
        return serviceKey is null ? own.FirstOrDefault(serviceType.IsInstanceOfType) : null;
    }

    // The container owns the service.
    public void Dispose() => _turns.Dispose();

    private async Task<IReadOnlyDictionary<string, object>> ScoreAsync(DataContent picture, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var file = new MemoryStream(picture.Data.ToArray(), writable: false);
            return await _service.ScoreAsync(file, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private float[] Code(IReadOnlyDictionary<string, object> answer) => _column is null
        ? answer.Values.OfType<float[]>().FirstOrDefault(values => values.Length == _service.Model.LatentSize)
            ?? throw new InvalidOperationException(
                $"The answers of the service '{_service.Name}' have no vector column of {_service.Model.LatentSize} values, the length of"
                + " latent vectors: set EmbeddingColumnName.")
        : answer.GetValueOrDefault(_column) as float[]
            ?? throw new InvalidOperationException(
                $"The answers of the service '{_service.Name}' have no column '{_column}' of Single vectors: set EmbeddingColumnName.");
}
