using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Evaluation;

internal sealed class ScoringMapping : BatchMapping
{
    private const int RowsOfBatch = 256;

    private readonly ScoringSettings _settings;
    private readonly DataViewSchema.Column _target;
    private readonly DataViewSchema.Column _reconstruction;
    private readonly ImageShape _shape;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or holds no images.</exception>
    /// <exception cref="InvalidOperationException">The shape of the images cannot be told, or they are too small for structural similarity.</exception>
    public ScoringMapping(ScoringSettings settings, DataViewSchema inputSchema)
        : base(inputSchema, settings.Outputs.Select(o => new DataViewSchema.DetachedColumn(o.Name, NumberDataViewType.Single)), RowsOfBatch)
    {
        _settings = settings;
        _target = ImageColumn.Find(inputSchema, settings.Target, "target", settings.Shape);
        // Errors need no rows and columns; only structural similarity does.
        _shape = settings is { Ssim: null, Shape: null }
            ? new ImageShape(1, 1, ((VectorDataViewType)_target.Type).Size)
            : ImageColumn.ShapeOf(_target, settings.Shape, ImageColumn.ShapeRemedy, "target");
        if (settings.Ssim is not null)
            ImageColumn.CheckSimilarity(settings.Target, _shape);
        _reconstruction = ImageColumn.Find(inputSchema, settings.Reconstruction, "reconstruction", _shape);
    }

    public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) =>
        new ScoringBatch([.. _settings.Outputs.Select(o => o.Metric)], new ImageBuffer(_target, _shape, capacity), new ImageBuffer(_reconstruction, _shape, capacity));

    public override IEnumerable<int> Sources(int added) => [_target.Index, _reconstruction.Index];
}
