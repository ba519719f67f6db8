using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Finds the steps of trained pipelines.</summary>
public static class ScoringSteps
{
    /// <summary>
    /// Gets the steps with which a model scores rows, in order. Steps of nested chains are included; training-only steps
    /// (<see cref="TransformerScope"/>) are not.
    /// </summary>
    /// <param name="model">A transformer or a chain. It keeps the ownership of its steps.</param>
    /// <returns>The steps. If the model is not a chain, the model itself.</returns>
    /// <example>
    /// <code>
    /// var detector = ml.Model.Load("model.zip", out _).GetScoringSteps().OfType&lt;AutoencoderTransformer&gt;().Last();
    /// </code>
    /// </example>
    public static IEnumerable<ITransformer> GetScoringSteps(this ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model switch
        {
            TransformerChain<ITransformer> chain => chain.GetModelFor(TransformerScope.Scoring).SelectMany(GetScoringSteps),
            // A chain with another type of last step. Each such type has this method, but no interface declares it.
            IEnumerable<ITransformer> => ((IEnumerable<ITransformer>)((dynamic)model).GetModelFor(TransformerScope.Scoring))
                .SelectMany(GetScoringSteps),
            _ => [model],
        };
    }
}
