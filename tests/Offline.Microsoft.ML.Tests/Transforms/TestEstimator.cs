namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>An estimator whose transformer is given, and which counts the rows it is fitted to.</summary>
internal sealed class TestEstimator<TTransformer>(TTransformer transformer) : IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    public int RowsOfFit { get; private set; }

    public TTransformer Fit(IDataView input)
    {
        RowsOfFit = input.Count();
        return transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}
