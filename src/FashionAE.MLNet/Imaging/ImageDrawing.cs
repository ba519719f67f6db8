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
        : base(environment, new ImageDrawing(output, input ?? output, options.Shape, options.MaximumValue, options.Colors))
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

        /// <summary>
        /// Gets or sets the value at the end of the colors (white), finite and above 0. Null unless set: then it is twice the pixel
        /// threshold for an anomaly detector's error map, whose annotation PixelThreshold says it, so that the threshold has the color in
        /// the middle; and 1 for all other columns. Set it for error maps of other steps: 0.25 is an error of one half.
        /// </summary>
        public float? MaximumValue { get; set; }

        /// <summary>
        /// Gets or sets the colors. Null unless set: then an anomaly detector's error map is drawn in <see cref="DrawingColors.Heat"/>, and
        /// every other column in <see cref="DrawingColors.Channels"/>.
        /// </summary>
        public DrawingColors? Colors { get; set; }
    }
}

/// <summary>
/// Makes images of vectors of numbers from 0, black, to a maximum, white: in gray or color, or on a color scale for error maps.
/// <c>ConvertToImage</c> would make gray ones red, and with its scaling leaves them transparent.
/// </summary>
/// <remarks>It can be used by several threads at once; each cursor belongs to one thread. Whoever reads an image disposes it.</remarks>
public sealed class ImageDrawingTransformer : BatchTransformer
{
    internal ImageDrawingTransformer(ImageDrawing component)
        : base(component)
    {
    }
}

/// <summary>Drawing as a component. The defaults are how a file is drawn that says nothing of them.</summary>
internal sealed record ImageDrawing(
    string Output, string Input, ImageShape? Shape, float? MaximumValue = 1, DrawingColors? Colors = DrawingColors.Channels)
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
                $"Images have one channel (gray) or three (red, green, blue); those in column '{Input}' are {input.Shape}."
                + " The option Colors = DrawingColors.Heat draws the mean over the channels.");
        var maximum = MaximumValue ?? HeatScale.MaximumOf(input.Column) ?? 1;
        return new BatchMapping(
            inputSchema, [new(new(Output, Type), input.Index)],
            // The image that the last row was given is the caller's, who may still show it, and disposes it.
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
        // Planes are red, green, blue; a pixel's bytes blue, green, red, alpha.
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
