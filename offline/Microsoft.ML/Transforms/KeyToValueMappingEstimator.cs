using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(string output, string input)
        : base(new KeyToValueMappingTransformer([(output, input)]))
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
            if (!column.IsKey || !column.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values))
                throw new ArgumentOutOfRangeException(nameof(inputSchema), $"The column '{pair.Input}' has no values of keys.");
            var annotations = new SchemaShape(column.Annotation(AnnotationUtils.Kinds.SlotNames));
            return new SchemaShape.Column(pair.Output, column.Kind, values.ItemType, values.IsKey, annotations);
        }).ToArray());
    }
}
