using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Makes pixels of pictures: <see cref="PixelLoading"/> or <see cref="PixelConverting"/>.</summary>
internal sealed class PixelEstimator(IHostEnvironment environment, Component component)
    : ImageEstimator<PixelTransformer>(environment, component);

/// <inheritdoc cref="PixelEstimator"/>
internal sealed class PixelTransformer(Component component, PixelSettings settings) : BatchTransformer(component)
{
    /// <summary>Says how a picture becomes pixels, for whoever must do the same elsewhere.</summary>
    public override string ToString() => settings.Describe(Step);
}
