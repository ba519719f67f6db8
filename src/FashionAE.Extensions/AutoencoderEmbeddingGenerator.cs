using Microsoft.Extensions.AI;

namespace FashionAE.Extensions;

/// <summary>Gives the codes of pictures as embeddings, for vector stores.</summary>
internal sealed class AutoencoderEmbeddingGenerator : IEmbeddingGenerator<DataContent, Embedding<float>>
{
    private readonly IAutoencoderService _service;
    private readonly string? _column;
    private readonly EmbeddingGeneratorMetadata _metadata;

    public AutoencoderEmbeddingGenerator(IAutoencoderService service, string? column)
    {
        (_service, _column) = (service, column);
        _metadata = new EmbeddingGeneratorMetadata("FashionAE", null, service.Name, column is null ? service.Model.LatentSize : null);
    }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var all = new GeneratedEmbeddings<Embedding<float>>();
        // The queue of the service is bounded: a thousand pictures of one call shall not fill it.
        foreach (var some in values.Chunk(64))
            foreach (var answer in await Task.WhenAll(some.Select(picture => ScoreAsync(picture, cancellationToken))))
                all.Add(new Embedding<float>(Code(answer)) { ModelId = _service.Name, CreatedAt = DateTimeOffset.UtcNow });
        return all;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        object[] own = [this, _metadata, _service];
        return serviceKey is null ? own.FirstOrDefault(serviceType.IsInstanceOfType) : null;
    }

    // The container owns the service.
    public void Dispose()
    {
    }

    private async Task<IReadOnlyDictionary<string, object>> ScoreAsync(DataContent picture, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream(picture.Data.ToArray(), writable: false);
        return await _service.ScoreAsync(file, cancellationToken);
    }

    private float[] Code(IReadOnlyDictionary<string, object> answer) => _column is null
        ? answer.Values.OfType<float[]>().FirstOrDefault(values => values.Length == _service.Model.LatentSize)
            ?? throw new InvalidOperationException(
                $"The answers of the service '{_service.Name}' have no column of {_service.Model.LatentSize} numbers, as codes have:"
                + " set EmbeddingColumnName.")
        : answer.GetValueOrDefault(_column) as float[]
            ?? throw new InvalidOperationException(
                $"The answers of the service '{_service.Name}' have no column '{_column}' of numbers: set EmbeddingColumnName.");
}
