using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;

namespace FashionAE.MLNet.Imaging;

/// <summary>
/// Makes images of vectors in [0, 1]. ConvertToImage would make gray ones red, and with its scaling leaves them transparent.
/// </summary>
internal sealed class ImageDrawingTransformer(ImageDrawingSettings settings) : BatchTransformer
{
    public ImageDrawingSettings Settings => settings;

    internal override BatchMapping Map(DataViewSchema inputSchema) => new ImageDrawingMapping(settings, inputSchema);

    private protected override void Save(ModelSaveContext context) => ImageDrawingLoader.Save(this, context);
}
