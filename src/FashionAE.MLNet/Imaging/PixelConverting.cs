using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

[assembly: Saved<PixelConverting>]

namespace FashionAE.MLNet;

/// <summary>Makes pixels of a column of images. The images stay whose they are: none is disposed.</summary>
internal sealed record PixelConverting(string Output, string Input, PixelOptions Options)
    : PixelStep<PixelConverting>(Output, Input, Options), ISaved
{
    public static string Kind => "FSHNCONV";

    public static string Signature => "FashionAE.ToPixels";

    internal override string Step => "ConvertToPixels";

    private protected override DataViewType InputType => new ImageDataViewType();

    // An image cannot be kept while its view goes on.
    private protected override int BatchSize => 1;

    private protected override PixelBatch CreateBatch(BatchRequest request, DataViewSchema.Column input) =>
        new Row(Options, request, input);

    private sealed class Row(PixelOptions options, BatchRequest request, DataViewSchema.Column input) : PixelBatch(options, request)
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
