namespace Microsoft.ML;

public abstract partial class TrainCatalogBase
{
    /// <summary>The model of a fold, and how it does on the rows that it has not seen.</summary>
    public sealed class CrossValidationResult<T>
        where T : class
    {
        public readonly T Metrics;
        public readonly ITransformer Model;
        public readonly IDataView ScoredHoldOutSet;
        public readonly int Fold;

        internal CrossValidationResult(int fold, ITransformer model, IDataView scored, T metrics) =>
            (Fold, Model, ScoredHoldOutSet, Metrics) = (fold, model, scored, metrics);
    }
}
