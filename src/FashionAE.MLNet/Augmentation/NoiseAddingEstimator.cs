using FashionAE.MLNet.DataViews;

namespace FashionAE.MLNet.Augmentation;

/// <summary>Adds Gaussian noise to images.</summary>
public sealed class NoiseAddingEstimator : ImageEstimator<NoiseAddingTransformer>
{
    internal NoiseAddingEstimator(NoiseSettings settings)
        : base(() => new NoiseAddingTransformer(settings), [(settings.Input, "input")], [(settings.Output, true)], sizeRemedy: null)
    {
    }
}
