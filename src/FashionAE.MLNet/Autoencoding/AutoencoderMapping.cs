using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
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
        _input = FindInput(transformer, inputSchema);
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
        var (input, isDetector) = (FindInput(transformer, inputSchema), transformer.Columns.IsDetector);
        return transformer.Columns.Outputs.Select(o => o.Kind switch
        {
            AutoencoderOutput.Latent => new DataViewSchema.DetachedColumn(
                o.Name, new VectorDataViewType(NumberDataViewType.Single, transformer.LatentSize), ColumnAnnotations.OfLatent(transformer.LatentSize)),
            AutoencoderOutput.Reconstruction => ImageColumn.Like(input, o.Name, transformer.ImageShape),
            AutoencoderOutput.Anomaly => new(o.Name, BooleanDataViewType.Instance, ColumnAnnotations.OfDetector(inputSchema, isScore: false)),
            _ => new(o.Name, NumberDataViewType.Single, isDetector ? ColumnAnnotations.OfDetector(inputSchema, isScore: true) : null),
        });
    }

    private static DataViewSchema.Column FindInput(AutoencoderTransformer transformer, DataViewSchema inputSchema) =>
        ImageColumn.Find(inputSchema, transformer.Columns.Input, transformer.Columns.InputRole, transformer.ImageShape);
}
