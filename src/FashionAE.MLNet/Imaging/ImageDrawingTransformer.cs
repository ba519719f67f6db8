using FashionAE.MLNet.DataViews;
using Microsoft.ML;

namespace FashionAE.MLNet.Imaging;

/// <summary>
/// Makes images of vectors in [0, 1]. ConvertToImage would make gray ones red, and with its scaling leaves them transparent.
/// </summary>
internal sealed class ImageDrawingTransformer(ImageDrawingSettings settings) : BatchTransformer
{
    public ImageDrawingSettings Settings => settings;

    internal override BatchMapping Map(DataViewSchema inputSchema) => new ImageDrawingMapping(settings, inputSchema);
}
