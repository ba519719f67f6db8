using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Data;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Imaging;

internal sealed class ImageDrawingMapping : BatchMapping
{
    private readonly DataViewSchema.Column _input;
    private readonly ImageShape _shape;

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds no images.</exception>
    /// <exception cref="InvalidOperationException">The shape of the images cannot be told, or is neither gray nor colour.</exception>
    public ImageDrawingMapping(ImageDrawingSettings settings, DataViewSchema inputSchema)
        : base(inputSchema, [new(settings.Output, TypeOf(ShapeOf(settings, inputSchema)))], batchSize: 1)
    {
        _input = inputSchema[settings.Input];
        _shape = ShapeOf(settings, inputSchema);
    }

    public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new ImageDrawingBatch(_input, _shape);

    public override IEnumerable<int> Sources(int added) => [_input.Index];

    private static ImageDataViewType TypeOf(ImageShape shape) => new(shape.Height, shape.Width);

    private static ImageShape ShapeOf(ImageDrawingSettings settings, DataViewSchema inputSchema)
    {
        var shape = ImageColumn.ShapeOf(ImageColumn.Find(inputSchema, settings.Input, "input", settings.Shape), settings.Shape, ImageColumn.ShapeRemedy);
        return shape.Channels is 1 or 3
            ? shape
            : throw new InvalidOperationException($"Images have one channel (gray) or three (red, green, blue); those in column '{settings.Input}' are {shape}.");
    }
}
