using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

[assembly: Saved<PixelConverting>]

namespace FashionAE.MLNet;

/// <summary>Makes pixels of a column of images. The images stay whose they are: none is disposed.</summary>
internal sealed record PixelConverting(PixelSettings Settings) : Component<PixelConverting>, ISaved
{
    public static string Kind => "FSHNCONV";

    public static string Signature => "FashionAE.ToPixels";

    internal override string Step => "ConvertToPixels";

    internal override void Check()
    {
        CheckNames(Settings.Output, Settings.Input);
        Settings.Check();
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        ScalarColumn.Check(inputSchema, Settings.Input, new ImageDataViewType());
        return Settings.Promise();
    }

    // An image cannot be kept while its view goes on, so a batch has one row.
    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = ScalarColumn.Find(inputSchema, Settings.Input, new ImageDataViewType());
        return Settings.Bind(inputSchema, input, batchSize: 1, request => new Row(Settings, request.Log, input));
    }

    internal override BatchTransformer ToTransformer() => new PixelTransformer(this, Settings);

    private sealed class Row(PixelSettings settings, StepLog log, DataViewSchema.Column input) : PixelBatch(settings, capacity: 1, log)
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
