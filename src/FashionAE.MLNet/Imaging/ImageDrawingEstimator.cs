using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Imaging;

/// <summary>Makes images of vectors.</summary>
internal sealed class ImageDrawingEstimator(ImageDrawingSettings settings) : ImageEstimator<ImageDrawingTransformer>(
    () => new ImageDrawingTransformer(settings), [(settings.Input, "input")], NumberDataViewType.Single,
    settings.Shape is null ? ImageColumn.ShapeRemedy : null, _ => [MLNetInternals.Scalar(settings.Output, settings.Type)]);
