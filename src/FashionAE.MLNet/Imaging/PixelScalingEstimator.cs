using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Imaging;

/// <summary>Makes numbers in [0, 1] of the bytes that ExtractPixels gives.</summary>
internal sealed class PixelScalingEstimator(PixelScalingSettings settings) : IEstimator<PixelScalingTransformer>
{
    public PixelScalingTransformer Fit(IDataView input)
    {
        var transformer = new PixelScalingTransformer(settings);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ImageColumn.Check(inputSchema, settings.Input, "input", NumberDataViewType.Byte, sizeRemedy: "ResizeImages gives them one");
        return ImageColumn.Extend(inputSchema, [MLNetInternals.Shape(settings.Output, NumberDataViewType.Single, isVector: true)]);
    }
}
