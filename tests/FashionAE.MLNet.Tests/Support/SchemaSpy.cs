using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Does nothing, but notes the schema shape that a chain hands on to it: outside ML.NET none can be made.</summary>
internal sealed class SchemaSpy(MLContext ml) : IEstimator<ITransformer>
{
    private SchemaShape? _seen;

    /// <summary>What an estimator would be told of this view.</summary>
    public static SchemaShape ShapeOf(MLContext ml, IDataView view)
    {
        var spy = new SchemaSpy(ml);
        new EstimatorChain<ITransformer>().Append(spy).Fit(view);
        return spy._seen!;
    }

    public ITransformer Fit(IDataView input) => ml.Transforms.CopyColumns("Copy", input.Schema[0].Name).Fit(input);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _seen = inputSchema;
}
