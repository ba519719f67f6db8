using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Data;
using Microsoft.ML;

namespace FashionAE.MLNet.Imaging;

internal sealed class ImageDrawingMapping : BatchMapping
{
    private readonly DataViewSchema.Column _input;
    private readonly ImageShape _shape;

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds no images.</exception>
    /// <exception cref="InvalidOperationException">The shape of the images cannot be told, or is neither gray nor colour.</exception>
    public ImageDrawingMapping(ImageDrawingSettings settings, DataViewSchema inputSchema)
        : base(inputSchema, [new(settings.Output, settings.Type)], batchSize: 1)
    {
        _input = ImageColumn.Find(inputSchema, settings.Input, "input", settings.Shape);
        _shape = ImageColumn.ShapeOf(_input, settings.Shape, ImageColumn.ShapeRemedy);
        if (_shape.Channels is not (1 or 3))
            throw new InvalidOperationException($"Images have one channel (gray) or three (red, green, blue); those in column '{settings.Input}' are {_shape}.");
    }

    public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new ImageDrawingBatch(_input, _shape);

    public override IEnumerable<int> Sources(int added) => [_input.Index];
}
