using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class VectorToImageConvertingEstimator : TrivialEstimator<VectorToImageConvertingTransformer>
{
    internal VectorToImageConvertingEstimator(
        string output, string input, ImageDataViewType type, PixelLayout layout, PixelScale scale, DefaultColors defaults)
        : base(new VectorToImageConvertingTransformer([(output, input)], type, layout, scale, defaults))
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
            if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.IsKey || !VectorToImageConvertingTransformer.Takes(column.ItemType))
                throw Contracts.SchemaMismatch("input", pair.Input, VectorToImageConvertingTransformer.Expected, column.Describe());
            return new SchemaShape.Column(pair.Output, SchemaShape.Column.VectorKind.Scalar, Transformer.Type, false);
        }).ToArray());
    }
}
