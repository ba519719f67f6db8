using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: Saved<ImageDrawing>]

namespace FashionAE.MLNet;

/// <summary>Draws vectors as images.</summary>
public sealed class ImageDrawingEstimator : ImageEstimator<ImageDrawingTransformer>
{
    internal ImageDrawingEstimator(IHostEnvironment environment, string output, string? input, Options options)
        : base(environment, new ImageDrawing(output, input ?? output, options.Shape, options.MaximumValue, options.Colors))
    {
    }

    /// <summary>The options of an <see cref="ImageDrawingEstimator"/>.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Gets or sets the shape of the images; null to read it from the dimensions of the input column's type. Set it if
        /// <c>ExtractPixels</c> or a row class with the attribute ImageType reads the images, because these require a type with a size.
        /// </summary>
        public ImageShape? Shape { get; set; }

        /// <summary>
        /// Gets or sets the value at the end of the color scale (white), finite and greater than 0. The default is null. For an anomaly
        /// detector's error map, null means twice the pixel threshold in its annotation PixelThreshold, so the threshold has the middle
        /// color. For all other columns, null means 1. Set a value for the error maps of other steps: 0.25 is the squared error of a
        /// difference of one half.
        /// </summary>
        public float? MaximumValue { get; set; }

        /// <summary>
        /// Gets or sets the colors. The default is null: <see cref="DrawingColors.Heat"/> for an anomaly detector's error map, and
        /// <see cref="DrawingColors.Channels"/> for all other columns.
        /// </summary>
        public DrawingColors? Colors { get; set; }
    }
}

/// <summary>
/// Draws vectors as images in gray, in color, or on a color scale for error maps. The value 0 is black, and the maximum is white.
/// <c>ConvertToImage</c> would draw gray images in red, and transparent if it scales the values.
/// </summary>
/// <remarks>Instances are thread-safe. Each cursor belongs to one thread. The code that reads an image must dispose it.</remarks>
public sealed class ImageDrawingTransformer : BatchTransformer
{
    internal ImageDrawingTransformer(ImageDrawing component)
        : base(component)
    {
    }
}

/// <summary>
/// The component that draws images. The default values of the parameters apply to model files that do not contain these settings.
/// </summary>
internal sealed record ImageDrawing(
    string Output, string Input, ImageShape? Shape, float? MaximumValue = 1, DrawingColors? Colors = DrawingColors.Channels)
    : Component<ImageDrawing>, ISaved
{
    public static string Kind => "FSHNDRAW";

    public static string Signature => "FashionAE.DrawImages";

    internal override string Step => "DrawImages";

    /// <summary>
    /// Gets the type of the images. The type has a size only if <see cref="Shape"/> is set. The estimator must promise the same type that
    /// the transformer creates, and <see cref="SchemaShape"/> does not expose dimensions.
    /// </summary>
    private ImageDataViewType Type => Shape is { } shape ? new ImageDataViewType(shape.Height, shape.Width) : new ImageDataViewType();

    internal override void Check()
    {
        CheckNames(Output, Input);
        HeatScale.CheckMaximum(MaximumValue);
        if (Colors is { } colors && !Enum.IsDefined(colors))
            throw new ArgumentOutOfRangeException(nameof(Colors), colors, "Colors must be a defined value of DrawingColors, or null.");
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        ImageColumn.Check(inputSchema, Input, "input", Shape is null ? ImageColumn.ShapeRemedy : null, NumberDataViewType.Single);
        return [PromisedColumn.Scalar(Output, Type)];
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = ImageColumn.Find(inputSchema, Input, "input", Shape);
        var usual = HeatScale.ThresholdOf(input.Column) is null ? DrawingColors.Channels : DrawingColors.Heat;
        var isHeat = (Colors ?? usual) == DrawingColors.Heat;
        if (!isHeat && input.Shape.Channels is not (1 or 3))
            throw new InvalidOperationException(
                $"Images must have one channel (gray) or three (red, green, blue), but those in column '{Input}' are {input.Shape}."
                + " To draw the mean over the channels, set the option Colors = DrawingColors.Heat.");
        var maximum = MaximumValue ?? HeatScale.MaximumOf(input.Column) ?? 1;
        return new BatchMapping(
            inputSchema, [new(new(Output, Type), input.Index)],
            // Always create a new image: the caller owns the image of the previous row, may still show it, and disposes it.
            _ => new SingleRow<VBuffer<float>, MLImage>(input.Column, (in values, _, ref image) => image = MLImage.CreateFromPixels(
                input.Shape.Width, input.Shape.Height, MLPixelFormat.Bgra32, Draw(values, input.Shape.Image!.Value, maximum, isHeat)))
            {
                Check = (in values, _) => input.CheckLength(values.Length),
            });
    }

    internal override BatchTransformer ToTransformer() => new ImageDrawingTransformer(this);

    private static byte[] Draw(in VBuffer<float> image, ImageShape shape, float maximum, bool isHeat)
    {
        var (values, plane) = (image.DenseValues().ToArray(), shape.Height * shape.Width);
        // The planes are red, green, blue. The bytes of a pixel are blue, green, red, alpha.
        var (green, blue) = shape.Channels == 1 ? (0, 0) : (plane, 2 * plane);
        byte Level(int index) => HeatScale.ToLevel(values[index] / maximum);
        var pixels = new byte[4 * plane];
        for (var i = 0; i < plane; i++)
        {
            var heat = isHeat ? HeatScale.ColorOf(HeatScale.Mean(values, plane, i) / maximum) : default;
            ReadOnlySpan<byte> color = isHeat
                ? [heat.B, heat.G, heat.R, byte.MaxValue]
                : [Level(i + blue), Level(i + green), Level(i), byte.MaxValue];
            color.CopyTo(pixels.AsSpan(4 * i));
        }
        return pixels;
    }
}
