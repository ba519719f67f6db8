using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Finds the steps of trained pipelines.</summary>
public static class ScoringSteps
{
    /// <summary>
    /// Gets the steps by which a model scores rows, in order: those of chains within the chain too, and without those that were appended
    /// for training alone (<see cref="TransformerScope"/>).
    /// </summary>
    /// <param name="model">A transformer or a chain. It stays the owner of its steps.</param>
    /// <returns>The steps; of a transformer that is not a chain itself alone.</returns>
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
            // A chain of another type, whose last step is known: each has this method, and no interface does.
            IEnumerable<ITransformer> => ((IEnumerable<ITransformer>)((dynamic)model).GetModelFor(TransformerScope.Scoring))
                .SelectMany(GetScoringSteps),
            _ => [model],
        };
    }
}
