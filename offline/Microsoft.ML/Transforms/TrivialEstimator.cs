namespace Microsoft.ML.Data;

/// <summary>An estimator that has nothing to learn: its transformer is there from the start.</summary>
public abstract class TrivialEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    private protected readonly TTransformer Transformer;

    private protected TrivialEstimator(TTransformer transformer) => Transformer = transformer;

    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // An input that does not fit is to be refused here, not first when it is transformed.
        Transformer.GetOutputSchema(input.Schema);
        return Transformer;
    }

    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
