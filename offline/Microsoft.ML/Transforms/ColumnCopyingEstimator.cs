using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(string output, string input)
        : base(new ColumnCopyingTransformer([(output, input)]))
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(input);
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            var column = inputSchema.FindInput(pair.Input);
            return new SchemaShape.Column(pair.Output, column.Kind, column.ItemType, column.IsKey, column.Annotations);
        }).ToArray());
    }
}
