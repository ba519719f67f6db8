using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Augmentation;

internal sealed class NoiseMapping(NoiseSettings settings, DataViewSchema inputSchema)
    : BatchMapping(inputSchema, [ImageColumn.Like(ImageColumn.FindVectors(inputSchema, settings.Input, "input", NumberDataViewType.Single), settings.Output, shape: null)], batchSize: 1)
{
    private readonly DataViewSchema.Column _input = inputSchema[settings.Input];

    public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new NoiseBatch(settings, _input);

    public override IEnumerable<int> Sources(int added) => [_input.Index];
}
