using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: Saved<ImageDrawing>]

namespace FashionAE.MLNet;

/// <summary>Makes images of vectors.</summary>
public sealed class ImageDrawingEstimator : ImageEstimator<ImageDrawingTransformer>
{
    internal ImageDrawingEstimator(IHostEnvironment environment, string output, string? input, Options options)
        : base(environment, new ImageDrawing(output, input ?? output, options.Shape, options.MaximumValue))
    {
    }

    /// <summary>The options of an <see cref="ImageDrawingEstimator"/>: how images are drawn.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Gets or sets the shape of the images; null to tell it from the input column's type, where that has a size. Give it where
        /// <c>ExtractPixels</c> or a row class with the attribute ImageType reads the images: they want a type with a size.
        /// </summary>
        public ImageShape? Shape { get; set; }

        /// <summary>Gets or sets what is drawn white, above 0; 1 unless set. Use 0.25, an error of one half, for squared errors.</summary>
        public float MaximumValue { get; set; } = 1;
    }
}

/// <summary>
/// Makes images of vectors of numbers from 0, black, to a maximum, white. <c>ConvertToImage</c> would make gray ones red, and with its
/// scaling leaves them transparent.
/// </summary>
/// <remarks>It can be used by several threads at once; each cursor belongs to one thread. Whoever reads an image disposes it.</remarks>
public sealed class ImageDrawingTransformer : BatchTransformer
{
    internal ImageDrawingTransformer(ImageDrawing component)
        : base(component)
    {
    }
}

/// <summary>Drawing as a component.</summary>
internal sealed record ImageDrawing(string Output, string Input, ImageShape? Shape, float MaximumValue = 1)
    : Component<ImageDrawing>, ISaved
{
    public static string Kind => "FSHNDRAW";

    public static string Signature => "FashionAE.DrawImages";

    internal override string Step => "DrawImages";

    /// <summary>
    /// The type of the images. It says their size where the shape is given alone: what the dimensions of the input's type are no
    /// estimator is told, and it must promise the type that the transformer delivers.
    /// </summary>
    private ImageDataViewType Type => Shape is { } shape ? new ImageDataViewType(shape.Height, shape.Width) : new ImageDataViewType();

    internal override void Check()
    {
        CheckNames(Output, Input);
        if (!(MaximumValue > 0 && float.IsFinite(MaximumValue)))
            throw new ArgumentOutOfRangeException(nameof(MaximumValue), MaximumValue, "MaximumValue must be above 0.");
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        ImageColumn.Check(inputSchema, Input, "input", Shape is null ? ImageColumn.ShapeRemedy : null, NumberDataViewType.Single);
        return [PromisedColumn.Scalar(Output, Type)];
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = ImageColumn.Find(inputSchema, Input, "input", Shape);
        if (input.Shape.Channels is not (1 or 3))
            throw new InvalidOperationException(
                $"Images have one channel (gray) or three (red, green, blue); those in column '{Input}' are {input.Shape}.");
        return new BatchMapping(
            inputSchema, [new(new(Output, Type), input.Index)],
            // The image that the last row was given is the caller's, who may still show it, and disposes it.
            _ => new SingleRow<VBuffer<float>, MLImage>(input.Column, (in values, _, ref image) =>
                image = MLImage.CreateFromPixels(input.Shape.Width, input.Shape.Height, MLPixelFormat.Bgra32, Draw(values, input.Shape)))
            {
                Check = (in values, _) => input.CheckLength(values.Length),
            });
    }

    internal override BatchTransformer ToTransformer() => new ImageDrawingTransformer(this);

    private byte[] Draw(in VBuffer<float> image, ImageShape shape)
    {
        var (values, plane) = (image.DenseValues().ToArray(), shape.Height * shape.Width);
        var pixels = new byte[4 * plane];
        for (var i = 0; i < plane; i++)
        {
            // Planes are red, green, blue; a pixel's bytes blue, green, red, alpha.
            for (var color = 0; color < 3; color++)
                pixels[4 * i + 2 - color] = ToByte(values[i + (shape.Channels == 1 ? 0 : color * plane)] / MaximumValue);
            pixels[4 * i + 3] = byte.MaxValue;
        }
        return pixels;
    }

    private static byte ToByte(float value) => float.IsNaN(value)
        ? throw new InvalidOperationException("A pixel is not a number, which no image can show.")
        : (byte)MathF.Round(255 * Math.Clamp(value, 0, 1));
}
