using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Does nothing, but records the schema shape that a chain passes to it, because only ML.NET can create one.</summary>
internal sealed class SchemaSpy(MLContext ml) : IEstimator<ITransformer>
{
    private SchemaShape? _seen;

    /// <summary>The schema shape of a view, as an estimator receives it.</summary>
    public static SchemaShape ShapeOf(MLContext ml, IDataView view)
    {
        var spy = new SchemaSpy(ml);
        new EstimatorChain<ITransformer>().Append(spy).Fit(view);
        return spy._seen!;
    }

    public ITransformer Fit(IDataView input) => ml.Transforms.CopyColumns("Copy", input.Schema[0].Name).Fit(input);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _seen = inputSchema;
}
