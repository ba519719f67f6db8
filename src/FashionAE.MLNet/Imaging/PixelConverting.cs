using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(
    typeof(PixelConvertingTransformer), typeof(ModelSaving<PixelConvertingTransformer, PixelSettings>), null,
    typeof(SignatureLoadModel), "",
    PixelConvertingTransformer.LoaderSignature)]

namespace FashionAE.MLNet;

/// <summary>Makes pixels of a column of images.</summary>
internal sealed class PixelConvertingEstimator : ImageEstimator<PixelConvertingTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly PixelSettings _settings;

    public PixelConvertingEstimator(IHostEnvironment environment, string output, string? input, PixelOptions options) =>
        (_environment, _settings) = (environment, PixelSettings.Of(output, input ?? output, folder: null, options));

    private protected override PixelConvertingTransformer Make() => new(_settings) { Host = _environment };

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        ScalarColumn.Check(inputSchema, _settings.Input, new ImageDataViewType());
        return _settings.Promise();
    }
}

/// <summary>Makes pixels of a column of images. The images stay whose they are: none is disposed.</summary>
internal sealed class PixelConvertingTransformer(PixelSettings settings)
    : BatchTransformer, ISaved<PixelConvertingTransformer, PixelSettings>
{
    public const string LoaderSignature = "FashionAE.ToPixels";

    static string ISaved<PixelConvertingTransformer, PixelSettings>.Kind => "FSHNCONV";

    static string ISaved<PixelConvertingTransformer, PixelSettings>.Signature => LoaderSignature;

    static PixelConvertingTransformer ISaved<PixelConvertingTransformer, PixelSettings>.Load(
        PixelSettings settings, ModelLoadContext context) =>
        new(settings);

    public override string ToString() => settings.Describe("ConvertToPixels");

    internal override BatchMapping Map(DataViewSchema inputSchema) =>
        new Mapping(settings, Host, inputSchema, ScalarColumn.Find(inputSchema, settings.Input, new ImageDataViewType()));

    private protected override void Save(ModelSaveContext context) =>
        ModelSaving<PixelConvertingTransformer, PixelSettings>.Save(context, settings);

    // An image cannot be kept while its view goes on, so a batch has one row.
    private sealed class Mapping(PixelSettings settings, IHostEnvironment? host, DataViewSchema inputSchema, DataViewSchema.Column input)
        : BatchMapping(inputSchema, settings.Columns(), batchSize: 1)
    {
        public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new Row(settings, host, input);

        public override bool DropsRows => settings.SkipUnreadable;

        public override IEnumerable<int> Sources(int added) => [input.Index];
    }

    private sealed class Row(PixelSettings settings, IHostEnvironment? host, DataViewSchema.Column input)
        : PixelBatch(settings, capacity: 1, host, "ConvertToPixels")
    {
        private ValueGetter<MLImage>? _get;
        private MLImage? _image;

        public override void Bind(DataViewRow row)
        {
            base.Bind(row);
            _get = row.GetGetter<MLImage>(input);
        }

        public override void Read(int place)
        {
            base.Read(place);
            // The getter disposes the image that it finds, if it has made that itself.
            _get!(ref _image!);
        }

        protected override float[] Make(int place, long row)
        {
            if (_image is null)
                throw new InvalidOperationException($"Row {row} has no image in column '{input.Name}'{Remedy}");
            try
            {
                return Maker.Make(_image);
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidOperationException(
                    $"The image of row {row} in column '{input.Name}' cannot be read ({e.Message.TrimEnd('.')}):"
                    + " dispose images after the last pass only.", e);
            }
        }
    }
}
