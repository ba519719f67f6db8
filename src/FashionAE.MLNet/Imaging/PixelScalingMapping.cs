using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Imaging;

internal sealed class PixelScalingMapping(PixelScalingSettings settings, DataViewSchema inputSchema)
    : BatchMapping(inputSchema, [new(settings.Output, OutputType(settings, inputSchema))], batchSize: 1)
{
    private readonly DataViewSchema.Column _input = inputSchema[settings.Input];

    public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new PixelScalingBatch(settings, _input);

    public override IEnumerable<int> Sources(int added) => [_input.Index];

    private static VectorDataViewType OutputType(PixelScalingSettings settings, DataViewSchema inputSchema)
    {
        var column = ImageColumn.FindVectors(inputSchema, settings.Input, "input", NumberDataViewType.Byte);
        return new VectorDataViewType(NumberDataViewType.Single, ((VectorDataViewType)column.Type).Dimensions);
    }
}
