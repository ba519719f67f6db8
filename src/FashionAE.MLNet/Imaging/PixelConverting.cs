using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

[assembly: Saved<PixelConverting>]

namespace FashionAE.MLNet;

/// <summary>Converts a column of images to pixels. It does not own the images and does not dispose them.</summary>
internal sealed record PixelConverting(string Output, string Input, PixelOptions Options)
    : PixelStep<PixelConverting>(Output, Input, Options), ISaved
{
    public static string Kind => "FSHNCONV";

    public static string Signature => "FashionAE.ToPixels";

    internal override string Step => "ConvertToPixels";

    private protected override DataViewType InputType => new ImageDataViewType();

    // Images cannot be kept while the input moves to the next row, because the input may reuse or dispose them.
    private protected override int BatchSize => 1;

    private protected override RowBatch CreateBatch(BatchRequest request, DataViewSchema.Column input) =>
        new Row(Options, request, input);

    private sealed class Row(PixelOptions options, BatchRequest request, DataViewSchema.Column input)
        : PixelBatch<MLImage?>(options, request, input)
    {
        protected override float[] Make(MLImage? image, long row)
        {
            if (image is null)
                throw new InvalidOperationException($"Row {row} has no image in column '{ColumnName}'{Remedy}");
            try
            {
                return Maker.Make(image);
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidOperationException(
                    $"The image of row {row} in column '{ColumnName}' cannot be read ({e.Message.TrimEnd('.')}):"
                    + " dispose images only after the last pass.", e);
            }
        }
    }
}
