using System.Drawing;
using System.Text.Json.Serialization;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: Saved<OverlayDrawing>]

namespace FashionAE.MLNet;

/// <summary>Draws images with the errors of their pixels over them.</summary>
public sealed class OverlayDrawingEstimator : ImageEstimator<OverlayDrawingTransformer>
{
    internal OverlayDrawingEstimator(
        IHostEnvironment environment, string output, string image, string errorMap, string? mask, Options options)
        : base(environment, new OverlayDrawing(output, image, errorMap, mask, options with { }))
    {
    }

    /// <summary>The options of an <see cref="OverlayDrawingEstimator"/>.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Gets or sets the shape of the images, with one or three channels. The default is null, to use the dimensions of the image
        /// column's type. Set it if <c>ExtractPixels</c> or a row class with the attribute ImageType reads the pictures, because these
        /// require a type with a size. The type then has the height and width of the shape, multiplied by <see cref="Scale"/>.
        /// </summary>
        public ImageShape? Shape { get; set; }

        /// <summary>
        /// Gets or sets the error at the end of the color scale, finite and greater than 0. The default is null: twice the pixel threshold
        /// in the annotation PixelThreshold, which an anomaly detector adds to its error map. For an error map without this annotation, a
        /// value is required, such as 0.25, the squared error of a difference of one half.
        /// </summary>
        public float? MaximumValue { get; set; }

        /// <summary>
        /// Gets or sets the opacity of the heat at the maximum error, from 0 (only the image) to 1. The default is 0.8. The opacity is
        /// proportional to the error, so the image is visible where there is no error.
        /// </summary>
        public float Opacity { get; set; } = 0.8f;

        /// <summary>
        /// Gets or sets the color of the outline; <see cref="Color.Transparent"/> for no outline. The default is
        /// <see cref="Color.DodgerBlue"/>, which differs from all grays and all heat colors, even for color-blind readers.
        /// </summary>
        [JsonIgnore]
        public Color OutlineColor { get; set; } = Color.DodgerBlue;

        /// <summary>
        /// Gets or sets the magnification of the image, 1 to 64: each pixel becomes a square with this side. The default is 1. The outline
        /// is one pixel of the magnified picture wide. Use about 8 for images of 28x28 pixels.
        /// </summary>
        public int Scale { get; set; } = 1;

        /// <summary>Gets or sets the color of the outline in model files, as the number 0xAARRGGBB.</summary>
        [JsonInclude]
        internal int OutlineArgb { get => OutlineColor.ToArgb(); set => OutlineColor = Color.FromArgb(value); }
    }
}

/// <summary>
/// Draws the image in gray, its errors as a translucent layer in the colors of <see cref="DrawingColors.Heat"/>, and the outline of the
/// marked pixels. If an error map contains a NaN, the row has no score: its image is drawn without the heat layer, and with a frame in the
/// color of the outline. A NaN in the image is drawn black.
/// </summary>
/// <remarks>Instances are thread-safe. Each cursor belongs to one thread. The code that reads a picture must dispose it.</remarks>
public sealed class OverlayDrawingTransformer : BatchTransformer
{
    internal OverlayDrawingTransformer(OverlayDrawing component)
        : base(component)
    {
    }
}

/// <summary>The component that draws overlays.</summary>
internal sealed record OverlayDrawing(
    string Output, string Image, string ErrorMap, string? Mask, OverlayDrawingEstimator.Options Options)
    : Component<OverlayDrawing>, ISaved
{
    private const string Parameter = "inputSchema";
    private const int LargestScale = 64;
    // The same maximum as for image files. The bytes of the pixels then fit in an array.
    private const int MostPixels = 500_000_000;

    public static string Kind => "FSHNOVER";

    public static string Signature => "FashionAE.DrawOverlay";

    internal override string Step => "DrawOverlay";

    // As in ImageDrawing, the type has a size only if Shape is set, because SchemaShape does not expose dimensions.
    private ImageDataViewType Type => Options.Shape is { } shape
        ? new ImageDataViewType(shape.Height * Options.Scale, shape.Width * Options.Scale)
        : new ImageDataViewType();

    internal override void Check()
    {
        CheckNames([Output, Image, ErrorMap, .. Mask is null ? Array.Empty<string>() : [Mask]]);
        HeatScale.CheckMaximum(Options.MaximumValue);
        if (!(Options.Opacity >= 0 && Options.Opacity <= 1))
            throw new ArgumentOutOfRangeException(nameof(Options.Opacity), Options.Opacity, "Opacity must be in [0, 1].");
        if (Options.Scale is < 1 or > LargestScale)
            throw new ArgumentOutOfRangeException(nameof(Options.Scale), Options.Scale, $"Scale must be 1 to {LargestScale}.");
        if (Options.Shape is { IsPositive: false } empty)
            throw new ArgumentException($"Shape is {empty}, which has no pixels: set channels, height and width.");
        if (Options.Shape is { } shape && !Fits(shape))
            throw new ArgumentException(TooLarge(shape));
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        ImageColumn.Check(
            inputSchema, Image, "image", Options.Shape is null ? ImageColumn.ShapeRemedy : null, NumberDataViewType.Single);
        var errors = ImageColumn.Check(inputSchema, ErrorMap, "error map", null, NumberDataViewType.Single);
        if (Options.MaximumValue is null && !errors.Annotations.TryFindColumn(ColumnAnnotations.PixelThreshold, out _))
            throw NoMaximum();
        if (Mask is null)
            return [PromisedColumn.Scalar(Output, Type)];
        if (!inputSchema.TryFindColumn(Mask, out var mask))
            throw Contracts.ExceptSchemaMismatch(Parameter, "mask", Mask);
        if (mask.Kind == SchemaShape.Column.VectorKind.Scalar || mask.IsKey || !IsMask(mask.ItemType))
            throw WrongMask(mask.GetTypeString());
        return [PromisedColumn.Scalar(Output, Type)];
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var image = ImageColumn.Find(inputSchema, Image, "image", Options.Shape);
        if (image.Shape.Channels is not (1 or 3))
            throw new InvalidOperationException(
                $"Images must have one channel (gray) or three (red, green, blue), but those in column '{Image}' are {image.Shape}.");
        if (!Fits(image.Shape))
            throw new InvalidOperationException(TooLarge(image.Shape));
        var plane = image.Shape.Height * image.Shape.Width;
        var errors = ImageColumn.FindVectors(inputSchema, ErrorMap, "error map", NumberDataViewType.Single);
        if (((VectorDataViewType)errors.Type).Size is var size && size != 0 && size != plane && size != image.Shape.Size)
            throw Contracts.ExceptSchemaMismatch(
                Parameter, "error map", ErrorMap, $"Vector<Single, {image.Shape.Height}, {image.Shape.Width}>", $"{errors.Type}");
        var maximum = Options.MaximumValue ?? HeatScale.MaximumOf(errors) ?? throw NoMaximum();
        var mask = FindMask(inputSchema, plane);
        int[] sources = [image.Index, errors.Index, .. mask is { } column ? [column.Index] : Array.Empty<int>()];
        return new BatchMapping(
            inputSchema, [new(new(Output, Type), sources)],
            _ => new Row(this, image, errors, mask, new HeatRange(maximum, HeatScale.ThresholdOf(errors))));
    }

    internal override BatchTransformer ToTransformer() => new OverlayDrawingTransformer(this);

    private static bool IsMask(DataViewType item) => item == BooleanDataViewType.Instance || item == NumberDataViewType.Single;

    private DataViewSchema.Column? FindMask(DataViewSchema schema, int plane)
    {
        if (Mask is null)
            return null;
        var column = schema.GetColumnOrNull(Mask) ?? throw Contracts.ExceptSchemaMismatch(Parameter, "mask", Mask);
        if (column.Type is not VectorDataViewType { Size: var size } vector || !IsMask(vector.ItemType))
            throw WrongMask($"{column.Type}");
        return size == 0 || size == plane
            ? column
            : throw Contracts.ExceptSchemaMismatch(Parameter, "mask", Mask, $"a vector of {plane} values", $"{column.Type}");
    }

    private bool Fits(InputShape shape) => (long)shape.Height * shape.Width * Options.Scale * Options.Scale <= MostPixels;

    private string TooLarge(InputShape shape) =>
        $"A picture of {shape.Height}x{shape.Width} pixels with Scale {Options.Scale} exceeds {MostPixels} pixels: set a smaller Scale.";

    private InvalidOperationException NoMaximum() => new(
        $"Column '{ErrorMap}' has no annotation {ColumnAnnotations.PixelThreshold}, which only an anomaly detector's error map has."
        + " Set the option MaximumValue to the error at the end of the color scale, such as 0.25.");

    private Exception WrongMask(string actual) => Contracts.ExceptSchemaMismatch(
        Parameter, "mask", Mask!, "Vector<Boolean> or Vector<Single>",
        $"{actual}: convert a vector with ml.Transforms.Conversion.ConvertType(\"{Mask}\", outputKind: DataKind.Single)");

    /// <summary>Draws the picture of one row.</summary>
    private sealed class Row(
        OverlayDrawing settings, ImageColumn image, DataViewSchema.Column errorMap, DataViewSchema.Column? mask, HeatRange range) : RowBatch
    {
        private readonly int _plane = image.Shape.Height * image.Shape.Width;
        private Func<float[]>? _readImage;
        private Func<float[]>? _readErrors;
        private Func<bool[]>? _readMask;
        private float[] _image = [];
        private float[] _errors = [];
        private bool[] _marked = [];

        public override void Bind(DataViewRow input)
        {
            _readImage = Reader<float, float>(input, image.Column, value => value);
            _readErrors = Reader<float, float>(input, errorMap, value => value);
            _readMask = mask switch
            {
                null => null,
                { Type: VectorDataViewType { ItemType: BooleanDataViewType } } => Reader<bool, bool>(input, mask.Value, value => value),
                _ => Reader<float, bool>(input, mask.Value, value => value > 0.5f),
            };
        }

        public override void Read(int place)
        {
            _image = _readImage!();
            image.CheckLength(_image.Length);
            var errors = _readErrors!();
            if (errors.Length != image.Shape.Size)
                CheckLength(errors.Length, errorMap.Name);
            _errors = [.. Enumerable.Range(0, _plane).Select(i => HeatScale.Mean(errors, _plane, i))];
            // If there is no score, all pixels are marked, so the outline is a frame.
            var isMissing = Array.Exists(_errors, float.IsNaN);
            _marked = _readMask?.Invoke() ?? Array.ConvertAll(_errors, error => error > range.Threshold);
            CheckLength(_marked.Length, settings.Mask ?? errorMap.Name);
            if (isMissing)
                (_errors, _marked) = (new float[_plane], [.. Enumerable.Repeat(true, _plane)]);
        }

        public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<MLImage>)((ref MLImage picture) =>
        {
            slot.ReadCurrent();
            // Always create a new picture: the caller owns the picture of the previous row, may still show it, and disposes it.
            picture = Draw();
        });

        private static Func<TResult[]> Reader<TValue, TResult>(
            DataViewRow row, DataViewSchema.Column column, Converter<TValue, TResult> convert)
        {
            var (get, vector) = (row.GetGetter<VBuffer<TValue>>(column), default(VBuffer<TValue>));
            return () =>
            {
                get(ref vector);
                return Array.ConvertAll([.. vector.DenseValues()], convert);
            };
        }

        private void CheckLength(int length, string column)
        {
            if (length != _plane)
                throw new InvalidOperationException(
                    $"A row has {length} values in column '{column}', but images of {image.Shape} have {_plane} pixels.");
        }

        private MLImage Draw()
        {
            var (scale, height, width) = (settings.Options.Scale, image.Shape.Height, image.Shape.Width);
            var pixels = new byte[4 * height * scale * width * scale];
            for (var (y, at) = (0, 0); y < height * scale; y++)
                for (var x = 0; x < width * scale; x++, at += 4)
                {
                    var color = ColorOf(y / scale * width + x / scale);
                    if (IsOutline(y, x))
                        color = Mix(color, settings.Options.OutlineColor, settings.Options.OutlineColor.A / 255.0);
                    ReadOnlySpan<byte> bytes = [color.B, color.G, color.R, byte.MaxValue];
                    bytes.CopyTo(pixels.AsSpan(at));
                }
            return MLImage.CreateFromPixels(width * scale, height * scale, MLPixelFormat.Bgra32, pixels);
        }

        private Color ColorOf(int pixel)
        {
            byte Level(int channel) => _image[channel * _plane + pixel] is var value and not float.NaN ? HeatScale.ToLevel(value) : (byte)0;
            // The same weights as in ConvertToPixels.
            var gray = image.Shape.Channels == 1 ? Level(0) : (int)Math.Round(0.3 * Level(0) + 0.59 * Level(1) + 0.11 * Level(2));
            var heat = Math.Clamp(_errors[pixel] / range.Maximum, 0, 1);
            return Mix(Color.FromArgb(gray, gray, gray), HeatScale.ColorOf(heat), heat * settings.Options.Opacity);
        }

        /// <summary>Determines whether a pixel is marked, and a neighbor is not marked or is outside the picture.</summary>
        private bool IsOutline(int y, int x) =>
            IsMarked(y, x) && !(IsMarked(y - 1, x) && IsMarked(y + 1, x) && IsMarked(y, x - 1) && IsMarked(y, x + 1));

        private bool IsMarked(int y, int x)
        {
            var scale = settings.Options.Scale;
            return y >= 0 && x >= 0 && y < image.Shape.Height * scale && x < image.Shape.Width * scale
                && _marked[y / scale * image.Shape.Width + x / scale];
        }

        private static Color Mix(Color below, Color above, double opacity)
        {
            int Part(byte a, byte b) => (int)Math.Round(a + opacity * (b - a));
            return Color.FromArgb(Part(below.R, above.R), Part(below.G, above.G), Part(below.B, above.B));
        }
    }

    /// <summary>The range of an error map.</summary>
    /// <param name="Maximum">The error at the end of the color scale.</param>
    /// <param name="Threshold">The error above which a pixel is marked if there is no mask column; null to mark no pixel.</param>
    private sealed record HeatRange(float Maximum, float? Threshold);
}
