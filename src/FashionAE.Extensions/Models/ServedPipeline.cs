using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions;

/// <summary>The steps of a saved pipeline, divided for a service.</summary>
/// <param name="Autoencoder">The first autoencoder of the pipeline.</param>
/// <param name="InputColumn">The column that holds the values of requests.</param>
/// <param name="InputType">The type of the input column.</param>
/// <param name="Pixels">
/// The options of the first step of the pipeline if this step decodes pictures; otherwise null. The service decodes the pictures instead of
/// this step.
/// </param>
/// <param name="Batched">
/// The steps up to the last one that computes rows in batches, or all steps if a later one is not a row-to-row mapper.
/// </param>
/// <param name="ByRow">
/// The steps of ML.NET after <paramref name="Batched"/>, which compute row by row; null for none. A view of these steps would start threads
/// for every batch.
/// </param>
internal sealed record ServedPipeline(
    AutoencoderTransformer Autoencoder, string InputColumn, VectorDataViewType InputType, PixelOptions? Pixels,
    TransformerChain<ITransformer> Batched, TransformerChain<ITransformer>? ByRow)
{
    /// <summary>Divides the steps of a model.</summary>
    /// <exception cref="InvalidOperationException">There is no autoencoder, or the column is not a vector of known size.</exception>
    public static ServedPipeline Of(ITransformer model, DataViewSchema schema, string? inputColumn)
    {
        var steps = model.GetScoringSteps().ToArray();
        var autoencoder = steps.OfType<AutoencoderTransformer>().FirstOrDefault()
            ?? throw new InvalidOperationException("it has no autoencoder of FashionAE");
        var input = inputColumn ?? autoencoder.InputColumnName;
        // The service decodes the bytes of a request, even if the training rows had paths.
        var pixels = inputColumn is null && steps[0] is PixelTransformer first && first.OutputColumnName == input ? first : null;
        var type = (pixels is null ? schema.GetColumnOrNull(input)?.Type : null) ?? TypeOf(autoencoder.InputShape);
        if (type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw new InvalidOperationException(
                $"its column '{input}' has type {type}, not a vector of Single of known size: set InputColumnName");
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
