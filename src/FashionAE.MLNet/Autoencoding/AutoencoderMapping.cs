using FashionAE.MLNet.DataViews;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>What a trained autoencoder adds to a schema.</summary>
internal sealed class AutoencoderMapping : BatchMapping
{
    private readonly AutoencoderTransformer _transformer;
    private readonly DataViewSchema.Column _input;
    private readonly DataViewSchema.Column _target;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than the model's.</exception>
    public AutoencoderMapping(AutoencoderTransformer transformer, DataViewSchema inputSchema)
        : base(inputSchema, Added(transformer, inputSchema), transformer.BatchSize)
    {
        _transformer = transformer;
        _input = ImageColumn.Find(inputSchema, transformer.Columns.Input, "input", transformer.ImageShape);
        if (transformer.Columns.Outputs.Any(o => o.Kind == AutoencoderOutput.Ssim))
            ImageColumn.CheckSimilarity(_input.Name, transformer.ImageShape);
        _target = transformer.Columns.ScoreTarget is { } target ? ImageColumn.Find(inputSchema, target, "target", transformer.ImageShape) : _input;
    }

    public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity)
    {
        var outputs = _transformer.Columns.Outputs.Select(o => o.Kind).ToArray();
        var comparesWithTarget = _target.Index != _input.Index && outputs.Where((kind, i) => kind >= AutoencoderOutput.Mse && isActive(i)).Any();
        return new AutoencoderBatch(_transformer, outputs, capacity, _input, comparesWithTarget ? _target : null);
    }

    public override IEnumerable<int> Sources(int added)
    {
        yield return _input.Index;
        if (_transformer.Columns.Outputs[added].Kind >= AutoencoderOutput.Mse)
            yield return _target.Index;
    }

    private static IEnumerable<DataViewSchema.DetachedColumn> Added(AutoencoderTransformer transformer, DataViewSchema inputSchema)
    {
        var input = ImageColumn.Find(inputSchema, transformer.Columns.Input, "input", transformer.ImageShape);
        return transformer.Columns.Outputs.Select(o => new DataViewSchema.DetachedColumn(o.Name, o.Kind switch
        {
            AutoencoderOutput.Latent => new VectorDataViewType(NumberDataViewType.Single, transformer.LatentSize),
            AutoencoderOutput.Reconstruction => ImageColumn.TypeOf(input, transformer.ImageShape),
            AutoencoderOutput.Anomaly => BooleanDataViewType.Instance,
            _ => NumberDataViewType.Single,
        }));
    }
}
