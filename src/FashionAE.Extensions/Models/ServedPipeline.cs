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
        var steps = Steps(model).ToArray();
        var autoencoder = steps.OfType<AutoencoderTransformer>().FirstOrDefault()
            ?? throw new InvalidOperationException("it has no autoencoder of FashionAE");
        var input = inputColumn ?? autoencoder.InputColumnName;
        // A request has the bytes of a picture, whatever the rows of the training had.
        var makesPixels = steps[0] is PixelTransformer pixels && pixels.OutputColumnName == input && inputColumn is null;
        var type = makesPixels ? null : schema.GetColumnOrNull(input)?.Type;
        type ??= TypeOf(autoencoder.InputShape);
        if (type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw new InvalidOperationException($"its column '{input}' is {type}, not a vector of Single of one size: set InputColumnName");
        var options = makesPixels ? ((PixelTransformer)steps[0]).Options : null;
        steps = makesPixels ? steps[1..] : steps;
        var last = Array.FindLastIndex(steps, step => step is BatchTransformer) + 1;
        if (!steps[last..].All(step => step.IsRowToRowMapper))
            last = steps.Length;
        return new(
            autoencoder, input, vector, options, new TransformerChain<ITransformer>(steps[..last]),
            last == steps.Length ? null : new TransformerChain<ITransformer>(steps[last..]));
    }

    // Steps for training alone, such as RotateImages, are not for single rows.
    private static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is TransformerChain<ITransformer> chain ? chain.GetModelFor(TransformerScope.Scoring).SelectMany(Steps) : [model];

    private static VectorDataViewType TypeOf(InputShape shape) => shape.Image is { } image
        ? new(NumberDataViewType.Single, image.Channels, image.Height, image.Width)
        : new(NumberDataViewType.Single, shape.Size);
}
