using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

public sealed class ImageLoadingEstimator : TrivialEstimator<ImageLoadingTransformer>
{
    internal ImageLoadingEstimator(string output, string input, string imageFolder)
        : base(new ImageLoadingTransformer([(output, input)], FullPath(imageFolder)))
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
            if (column.ItemType is not TextDataViewType || column.Kind != SchemaShape.Column.VectorKind.Scalar)
                throw Contracts.SchemaMismatch("input", pair.Input, TextDataViewType.Instance.ToString(), column.Describe());
            return new SchemaShape.Column(pair.Output, SchemaShape.Column.VectorKind.Scalar, new ImageDataViewType(), false);
        }).ToArray());
    }

    /// <exception cref="ArgumentException">There is no such folder.</exception>
    private static string FullPath(string imageFolder)
    {
        if (string.IsNullOrEmpty(imageFolder))
            return null;
        return Directory.Exists(imageFolder)
            ? Path.GetFullPath(imageFolder)
            : throw new ArgumentException($"The folder '{imageFolder}' does not exist.", nameof(imageFolder));
    }
}
