using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageGrayscalingEstimator : TrivialEstimator<ImageGrayscalingTransformer>
{
    internal ImageGrayscalingEstimator(string output, string input)
        : base(new ImageGrayscalingTransformer([(output, input)]))
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(input);
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
            new SchemaShape.Column(pair.Output, SchemaShape.Column.VectorKind.Scalar, inputSchema.FindImage(pair.Input).ItemType, false)).ToArray());
    }
}
