using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Augmentation;

/// <summary>Makes rotated copies of the rows of a view, beside the originals.</summary>
public sealed class ImageRotatingEstimator : ImageEstimator<ImageRotatingTransformer>
{
    internal ImageRotatingEstimator(RotationSettings settings)
        : base(
            () => new ImageRotatingTransformer(settings), [(settings.Input, "input")], NumberDataViewType.Single,
            settings.Shape is null ? ImageColumn.ShapeRemedy : null, input => [ImageColumn.ShapeLike(input, settings.Output)])
    {
    }
}
