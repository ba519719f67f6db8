using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Imaging;

/// <summary>Makes images of vectors.</summary>
internal sealed class ImageDrawingEstimator(ImageDrawingSettings settings) : IEstimator<ImageDrawingTransformer>
{
    public ImageDrawingTransformer Fit(IDataView input)
    {
        var transformer = new ImageDrawingTransformer(settings);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ImageColumn.Check(inputSchema, settings.Input, "input", NumberDataViewType.Single, settings.Shape is null ? ImageColumn.ShapeRemedy : null);
        return ImageColumn.Extend(inputSchema, [MLNetInternals.Shape(settings.Output, new ImageDataViewType(), isVector: false)]);
    }
}
