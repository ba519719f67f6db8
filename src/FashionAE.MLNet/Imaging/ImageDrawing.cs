using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(
    typeof(ImageDrawingTransformer), typeof(ModelSaving<ImageDrawingTransformer, ImageDrawingTransformer.Settings>), null, typeof(SignatureLoadModel), "",
    ImageDrawingTransformer.LoaderSignature)]

namespace FashionAE.MLNet;

/// <summary>Makes images of vectors.</summary>
public sealed class ImageDrawingEstimator : ImageEstimator<ImageDrawingTransformer>
{
    private readonly ImageDrawingTransformer.Settings _settings;

    internal ImageDrawingEstimator(string output, string? input, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(options);
        _settings = new(output, input ?? output, options.Shape, options.MaximumValue);
        _settings.Check();
    }

    private protected override ImageDrawingTransformer Make() => new(_settings);

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        ImageColumn.Check(inputSchema, _settings.Input, "input", _settings.Shape is null ? ImageColumn.ShapeRemedy : null, NumberDataViewType.Single);
        return [PromisedColumn.Scalar(_settings.Output, _settings.ImageType())];
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
        /// Gets or sets the value that is drawn white, above 0; 1 unless set. Squared errors are small: 0.25, an error of one half, shows
        /// them well.
        /// </summary>
        public float MaximumValue { get; set; } = 1;
    }
}

/// <summary>
/// Makes images of vectors of numbers from 0, black, to a maximum, white. <c>ConvertToImage</c> would make gray ones red, and with its scaling
/// leaves them transparent.
/// </summary>
/// <remarks>It can be used by several threads at once; each cursor belongs to one thread. Whoever reads an image disposes it.</remarks>
public sealed class ImageDrawingTransformer : BatchTransformer, ISaved<ImageDrawingTransformer, ImageDrawingTransformer.Settings>
{
    internal const string LoaderSignature = "FashionAE.DrawImages";

    private readonly Settings _settings;

    internal ImageDrawingTransformer(Settings settings) => _settings = settings;

    static string ISaved<ImageDrawingTransformer, Settings>.Kind => "FSHNDRAW";

    static string ISaved<ImageDrawingTransformer, Settings>.Signature => LoaderSignature;

    static ImageDrawingTransformer ISaved<ImageDrawingTransformer, Settings>.Load(Settings settings, ModelLoadContext context) => new(settings);

    internal override BatchMapping Map(DataViewSchema inputSchema)
    {
        var input = ImageColumn.Find(inputSchema, _settings.Input, "input", _settings.Shape);
        return input.Shape.Channels is 1 or 3
            ? new Mapping(_settings, inputSchema, input)
            : throw new InvalidOperationException($"Images have one channel (gray) or three (red, green, blue); those in column '{input.Name}' are {input.Shape}.");
    }

    private protected override void Save(ModelSaveContext context) => ModelSaving<ImageDrawingTransformer, Settings>.Save(context, _settings);

    internal sealed record Settings(string Output, string Input, ImageShape? Shape, float MaximumValue = 1) : ICheckedSettings
    {
        public void Check()
        {
            ModelFile.CheckNames(Output, Input);
            if (!(MaximumValue > 0 && float.IsFinite(MaximumValue)))
                throw new ArgumentOutOfRangeException(nameof(MaximumValue), MaximumValue, "MaximumValue must be above 0.");
        }

        /// <summary>
        /// The type of the images. It says their size where the shape is given alone: what the dimensions of the input's type are no
        /// estimator is told, and it must promise the type that the transformer delivers.
        /// </summary>
        public ImageDataViewType ImageType() => Shape is { } shape ? new ImageDataViewType(shape.Height, shape.Width) : new ImageDataViewType();
    }

    private sealed class Mapping(Settings settings, DataViewSchema inputSchema, ImageColumn input)
        : BatchMapping(inputSchema, [new(settings.Output, settings.ImageType())], batchSize: 1)
    {
        public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new Row(settings, input);

        public override IEnumerable<int> Sources(int added) => [input.Index];
    }

    /// <summary>Draws the image of one row.</summary>
    private sealed class Row(Settings settings, ImageColumn input) : RowBatch
    {
        private readonly ImageShape _shape = input.Shape;
        private readonly ImageBuffer _values = new(input, capacity: 1);

        public override void Release() => _values.Release();

        public override void Bind(DataViewRow row) => _values.Bind(row);

        public override void Read(int place) => _values.Read(place);

        // The image that the last row was given is the caller's, who may still show it, and disposes it.
        public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<MLImage>)((ref MLImage value) =>
        {
            _ = slot.Current;
            value = MLImage.CreateFromPixels(_shape.Width, _shape.Height, MLPixelFormat.Bgra32, Draw(_values[0]));
        });

        private byte[] Draw(ReadOnlySpan<float> values)
        {
            var plane = _shape.Height * _shape.Width;
            var pixels = new byte[4 * plane];
            for (var i = 0; i < plane; i++)
            {
                // Planes are red, green, blue; a pixel's bytes blue, green, red, alpha.
                for (var color = 0; color < 3; color++)
                    pixels[4 * i + 2 - color] = ToByte(values[i + (_shape.Channels == 1 ? 0 : color * plane)] / settings.MaximumValue);
                pixels[4 * i + 3] = byte.MaxValue;
            }
            return pixels;
        }

        private static byte ToByte(float value) => float.IsNaN(value)
            ? throw new InvalidOperationException("A pixel is not a number, which no image can show.")
            : (byte)MathF.Round(255 * Math.Clamp(value, 0, 1));
    }
}
