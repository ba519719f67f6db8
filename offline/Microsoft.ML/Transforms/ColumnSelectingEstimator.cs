using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(string[] names, bool keeps, bool keepsHidden)
        : base(new ColumnSelectingTransformer(names, keeps, keepsHidden))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Transformer.CheckNames(inputSchema.Select(column => column.Name));
        return new SchemaShape(Transformer.Keeps
            ? Transformer.Names.Select(inputSchema.FindInput)
            : inputSchema.Where(column => !Transformer.Names.Contains(column.Name)));
    }
}
