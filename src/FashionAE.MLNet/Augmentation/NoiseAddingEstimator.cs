using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Augmentation;

/// <summary>Adds Gaussian noise to images.</summary>
public sealed class NoiseAddingEstimator : ImageEstimator<NoiseAddingTransformer>
{
    internal NoiseAddingEstimator(NoiseSettings settings)
        : base(
            () => new NoiseAddingTransformer(settings), [(settings.Input, "input")], NumberDataViewType.Single, sizeRemedy: null,
            input => [Promise(settings.Output, input)])
    {
    }

    // A vector of unknown size stays one.
    private static SchemaShape.Column Promise(string output, SchemaShape.Column input) => input.Kind == SchemaShape.Column.VectorKind.Vector
        ? ImageColumn.ShapeLike(input, output)
        : MLNetInternals.VectorOfUnknownSize(output, input.ItemType);
}
