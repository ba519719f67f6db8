using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;

namespace FashionAE.MLNet.Imaging;

/// <summary>
/// Makes b / 255 of every byte b, the very numbers that the data set's own images have. The scale that ExtractPixels multiplies by would
/// give numbers that differ from them in the last bit.
/// </summary>
internal sealed class PixelScalingTransformer(PixelScalingSettings settings) : BatchTransformer
{
    public PixelScalingSettings Settings => settings;

    internal override BatchMapping Map(DataViewSchema inputSchema) => new PixelScalingMapping(settings, inputSchema);

    private protected override void Save(ModelSaveContext context) => PixelScalingLoader.Save(this, context);
}
