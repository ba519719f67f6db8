using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Augmentation;

/// <summary>Adds Gaussian noise to images.</summary>
public sealed class NoiseAddingEstimator : ImageEstimator<NoiseAddingTransformer>
{
    internal NoiseAddingEstimator(NoiseSettings settings)
        : base(
            () => new NoiseAddingTransformer(settings), [(settings.Input, "input")], NumberDataViewType.Single, sizeRemedy: null,
            MLNetInternals.Shape(settings.Output, NumberDataViewType.Single, isVector: true))
    {
    }
}
