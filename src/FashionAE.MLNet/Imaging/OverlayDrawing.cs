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

    /// <summary>The options of an <see cref="OverlayDrawingEstimator"/>: how errors are drawn over an image.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Gets or sets the shape of the images, of one channel or three; null, the default, to use the dimensions of the image column's
        /// type. Set it where <c>ExtractPixels</c> or a row class with the attribute ImageType reads the pictures: they need a type with a
        /// size, which is the height and width of the shape times <see cref="Scale"/>.
        /// </summary>
        public ImageShape? Shape { get; set; }

        /// <summary>
        /// Gets or sets the error that has the last color of the scale, finite and above 0. Null unless set: then it is twice the pixel
        /// threshold of the error map, which an anomaly detector writes into the column's annotation PixelThreshold. An error map
        /// without that annotation needs a value, such as 0.25, which is an error of one half.
        /// </summary>
        public float? MaximumValue { get; set; }

        /// <summary>
        /// Gets or sets the opacity of the heat where the error is at its maximum, from 0 (only the image) to 1; 0.8 unless set. It is
        /// proportional to the error, so that the image is seen where there is none.
        /// </summary>
        public float Opacity { get; set; } = 0.8f;

        /// <summary>
        /// Gets or sets the color of the outline; <see cref="Color.Transparent"/> for none. Unless set it is
        /// <see cref="Color.DodgerBlue"/>, which differs from every gray and from every color of the heat, also for color-blind readers.
        /// </summary>
        [JsonIgnore]
        public Color OutlineColor { get; set; } = Color.DodgerBlue;

        /// <summary>
        /// Gets or sets by how much the picture is larger than the image: every pixel becomes a square with this side, 1 to 64; 1 unless
        /// set. The outline is one pixel of the larger picture wide. Use about 8 for images of 28x28 pixels.
        /// </summary>
        public int Scale { get; set; } = 1;

        /// <summary>Gets or sets the color of the outline as model files keep it, the number 0xAARRGGBB.</summary>
        [JsonInclude]
        internal int OutlineArgb { get => OutlineColor.ToArgb(); set => OutlineColor = Color.FromArgb(value); }
    }
}

/// <summary>
/// Draws the image in gray, the errors of its pixels as a translucent <see cref="DrawingColors.Heat"/> over it, and the outline of the
/// pixels that are marked. A row whose error map has a NaN has no score: its image is drawn without heat, in a frame of the outline's
/// color. A NaN in the image is drawn black.
/// </summary>
/// <remarks>It can be used by several threads at once; each cursor belongs to one thread. Whoever reads a picture disposes it.</remarks>
public sealed class OverlayDrawingTransformer : BatchTransformer
{
    internal OverlayDrawingTransformer(OverlayDrawing component)
        : base(component)
    {
    }
}

/// <summary>The drawing of overlays as a component.</summary>
internal sealed record OverlayDrawing(
    string Output, string Image, string ErrorMap, string? Mask, OverlayDrawingEstimator.Options Options)
    : Component<OverlayDrawing>, ISaved
{
    private const string Parameter = "inputSchema";
    private const int LargestScale = 64;
    // As many as a file may have: their bytes fit into an array.
    private const int MostPixels = 500_000_000;

    public static string Kind => "FSHNOVER";

    public static string Signature => "FashionAE.DrawOverlay";

    internal override string Step => "DrawOverlay";

    // As for ImageDrawing, it has a size only where the shape is given: an estimator is not told the dimensions of the input's type.
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
            throw new ArgumentOutOfRangeException(nameof(Options.Scale), Options.Scale, $"Scale must be from 1 to {LargestScale}.");
        if (Options.Shape is { IsPositive: false } empty)
            throw new ArgumentException($"Shape is {empty}, without any pixel: give channels, height and width.");
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
                $"Images have one channel (gray) or three (red, green, blue); those in column '{Image}' are {image.Shape}.");
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
        $"A picture of {shape.Height}x{shape.Width} times Scale {Options.Scale} has more than {MostPixels} pixels: set a smaller Scale.";

    private InvalidOperationException NoMaximum() => new(
        $"Column '{ErrorMap}' has no annotation {ColumnAnnotations.PixelThreshold}, as the error map of an anomaly detector has:"
        + " set the option MaximumValue, the error at the end of the color scale, such as 0.25.");

    private Exception WrongMask(string actual) => Contracts.ExceptSchemaMismatch(
        Parameter, "mask", Mask!, "Vector<Boolean> or Vector<Single>",
        $"{actual}: convert a vector by ml.Transforms.Conversion.ConvertType(\"{Mask}\", outputKind: DataKind.Single)");

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
            // Where there is no score, the outline of all pixels is a frame.
            var isMissing = Array.Exists(_errors, float.IsNaN);
            _marked = _readMask?.Invoke() ?? Array.ConvertAll(_errors, error => error > range.Threshold);
            CheckLength(_marked.Length, settings.Mask ?? errorMap.Name);
            if (isMissing)
                (_errors, _marked) = (new float[_plane], [.. Enumerable.Repeat(true, _plane)]);
        }

        public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<MLImage>)((ref MLImage picture) =>
        {
            slot.ReadCurrent();
            // The picture that the last row was given is the caller's, who may still show it, and disposes it.
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
                    $"A row has {length} values in column '{column}'; images of {image.Shape} have {_plane} pixels.");
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
            // The weights of ConvertToPixels.
            var gray = image.Shape.Channels == 1 ? Level(0) : (int)Math.Round(0.3 * Level(0) + 0.59 * Level(1) + 0.11 * Level(2));
            var heat = Math.Clamp(_errors[pixel] / range.Maximum, 0, 1);
            return Mix(Color.FromArgb(gray, gray, gray), HeatScale.ColorOf(heat), heat * settings.Options.Opacity);
        }

        /// <summary>Whether a pixel of the picture is marked and one beside it is not, or is outside of the picture.</summary>
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
    /// <param name="Threshold">The error above which a pixel is marked where no mask says so; null to mark none.</param>
    private sealed record HeatRange(float Maximum, float? Threshold);
}
