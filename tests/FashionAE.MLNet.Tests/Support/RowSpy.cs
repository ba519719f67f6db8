using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Does nothing, but records the rows on which a chain fits it.</summary>
internal sealed class RowSpy(MLContext ml, string column) : IEstimator<ITransformer>
{
    public string[] Seen { get; private set; } = [];

    public ITransformer Fit(IDataView input)
    {
        Seen = RowReads.Values(input, column);
        return ml.Transforms.CopyColumns("Copy", column).Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}
