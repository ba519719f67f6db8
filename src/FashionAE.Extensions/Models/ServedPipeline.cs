using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions;

/// <summary>The steps of a saved pipeline, as a service runs them.</summary>
/// <param name="Autoencoder">The first autoencoder.</param>
/// <param name="InputColumn">The column that requests fill.</param>
/// <param name="InputType">Its type.</param>
/// <param name="Pixels">How a step of the pipeline makes pixels of pictures, which the service does instead; null without such.</param>
/// <param name="Batched">The steps that compute a batch of rows at a time, and those between them.</param>
/// <param name="ByRow">
/// The steps of ML.NET behind those, which compute row by row; null for none. As a view they would begin threads for every batch.
/// </param>
internal sealed record ServedPipeline(
    AutoencoderTransformer Autoencoder, string InputColumn, VectorDataViewType InputType, PixelOptions? Pixels,
    TransformerChain<ITransformer> Batched, TransformerChain<ITransformer>? ByRow)
{
    /// <summary>Divides a model into its steps.</summary>
    /// <exception cref="InvalidOperationException">It has no autoencoder, or the column is no vector of one size.</exception>
    public static ServedPipeline Of(ITransformer model, DataViewSchema schema, string? inputColumn)
    {
        var steps = model.GetScoringSteps().ToArray();
        var autoencoder = steps.OfType<AutoencoderTransformer>().FirstOrDefault()
            ?? throw new InvalidOperationException("it has no autoencoder of FashionAE");
        var input = inputColumn ?? autoencoder.InputColumnName;
        // A request has the bytes of a picture, whatever the rows of the training had.
        var pixels = inputColumn is null && steps[0] is PixelTransformer first && first.OutputColumnName == input ? first : null;
        var type = (pixels is null ? schema.GetColumnOrNull(input)?.Type : null) ?? TypeOf(autoencoder.InputShape);
        if (type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw new InvalidOperationException($"its column '{input}' is {type}, not a vector of Single of one size: set InputColumnName");
        steps = pixels is null ? steps : steps[1..];
        var last = Array.FindLastIndex(steps, step => step is BatchTransformer) + 1;
        if (!steps[last..].All(step => step.IsRowToRowMapper))
            last = steps.Length;
        return new(
            autoencoder, input, vector, pixels?.Options, new TransformerChain<ITransformer>(steps[..last]),
            last == steps.Length ? null : new TransformerChain<ITransformer>(steps[last..]));
    }

    private static VectorDataViewType TypeOf(InputShape shape) => shape.Image is { } image
        ? new(NumberDataViewType.Single, image.Channels, image.Height, image.Width)
        : new(NumberDataViewType.Single, shape.Size);
}
