using Microsoft.ML.Data;

namespace Microsoft.ML;

public abstract partial class TrainCatalogBase
{
    private protected IReadOnlyList<CrossValidationResult<T>> CrossValidate<T>(
        IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds, string samplingKeyColumnName, int? seed, Func<IDataView, T> evaluate)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(estimator);
        var splits = new DataOperationsCatalog(Environment).CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed);
        return splits.Select((split, fold) =>
        {
            var model = estimator.Fit(split.TrainSet);
            // As the package does: members of every scope see the rows held out, so that one which multiplies rows multiplies these too.
            var scored = model is ITransformerChain chain
                ? chain.Transform(split.TestSet, TransformerScope.Everything)
                : model.Transform(split.TestSet);
            return new CrossValidationResult<T>(fold, model, scored, evaluate(scored));
        }).ToArray();
    }
}
