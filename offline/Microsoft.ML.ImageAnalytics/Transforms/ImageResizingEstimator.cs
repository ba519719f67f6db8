using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageResizingEstimator : TrivialEstimator<ImageResizingTransformer>
{
    internal ImageResizingEstimator(string output, string input, ResizeSettings settings)
        : base(new ImageResizingTransformer([(output, input)], settings))
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(input);
    }

    /// <summary>What becomes of the proportions of an image.</summary>
    public enum ResizingKind : byte
    {
        /// <summary>They are kept; what the image does not cover is black.</summary>
        IsoPad = 0,

        /// <summary>They are kept; what does not fit in is cut off.</summary>
        IsoCrop = 1,

        /// <summary>They are not kept.</summary>
        Fill = 2,
    }

    /// <summary>The part of the image that is kept when it is cropped.</summary>
    public enum Anchor : byte
    {
        Right = 0,
        Left = 1,
        Top = 2,
        Bottom = 3,
        Center = 4,
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            inputSchema.FindImage(pair.Input);
            return new SchemaShape.Column(pair.Output, SchemaShape.Column.VectorKind.Scalar, Transformer.Settings.Type, false);
        }).ToArray());
    }
}
