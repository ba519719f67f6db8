using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Data;
using Microsoft.ML;

namespace FashionAE.MLNet.Augmentation;

internal sealed class RotationMapping : BatchMapping
{
    private const int RowsOfBatch = 256;

    private readonly RotationSettings _settings;
    private readonly DataViewSchema.Column _input;
    private readonly ImageShape _shape;

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds no images.</exception>
    public RotationMapping(RotationSettings settings, DataViewSchema inputSchema)
        : base(inputSchema, [ImageColumn.Like(Find(settings, inputSchema), settings.Output, settings.Shape)], Math.Max(1, RowsOfBatch / settings.RowsPerRow), settings.RowsPerRow)
    {
        (_settings, _input) = (settings, Find(settings, inputSchema));
        _shape = ImageColumn.ShapeOf(_input, settings.Shape, ImageColumn.ShapeRemedy);
    }

    public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new RotationBatch(_settings, _input, _shape, capacity);

    public override IEnumerable<int> Sources(int added) => [_input.Index];

    private static DataViewSchema.Column Find(RotationSettings settings, DataViewSchema inputSchema) =>
        ImageColumn.Find(inputSchema, settings.Input, "input", settings.Shape);
}
