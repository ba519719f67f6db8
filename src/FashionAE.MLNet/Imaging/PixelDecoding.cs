using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

[assembly: Saved<PixelDecoding>]

namespace FashionAE.MLNet;

/// <summary>Decodes a column of image files, held as bytes, to pixels. Several files are decoded at the same time.</summary>
internal sealed record PixelDecoding(string Output, string Input, PixelOptions Options)
    : PixelStep<PixelDecoding>(Output, Input, Options), ISaved
{
    public static string Kind => "FSHNDECO";

    public static string Signature => "FashionAE.DecodePixels";

    internal override string Step => "DecodePixels";

    private protected override DataViewType InputType => new VectorDataViewType(NumberDataViewType.Byte);

    private protected override RowBatch CreateBatch(BatchRequest request, DataViewSchema.Column input) =>
        new Batch(Options, request, input);

    private sealed class Batch(PixelOptions options, BatchRequest request, DataViewSchema.Column input)
        : PixelBatch<VBuffer<byte>>(options, request, input)
    {
        protected override float[] Make(VBuffer<byte> value, long row)
        {
            if (value.Length == 0)
                throw new InvalidOperationException($"Row {row} has no picture in column '{ColumnName}'{Remedy}");
            var bytes = new byte[value.Length];
            value.CopyTo(bytes);
            using var file = new MemoryStream(bytes);
            return PixelReader.Open(file, $"Row {row}: the picture in column '{ColumnName}'", Options.MaximumPixels, Maker.MakeInTurn);
        }
    }
}
