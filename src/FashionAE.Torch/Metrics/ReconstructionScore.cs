using System.Text.Json.Serialization;

namespace FashionAE.Torch.Metrics;

/// <summary>How well a number of images was reconstructed: means over the images.</summary>
/// <param name="Count">The number of images.</param>
/// <param name="MeanSquaredError">The mean of the images' mean squared errors, in [0, 1].</param>
/// <param name="PeakSignalToNoiseRatio">The mean of the images' peak signal-to-noise ratios, in decibels.</param>
/// <param name="StructuralSimilarity">The mean of the images' structural similarities, in [-1, 1].</param>
public sealed record ReconstructionScore(int Count, double MeanSquaredError, double PeakSignalToNoiseRatio, double StructuralSimilarity)
{
    /// <summary>Gets the peak signal-to-noise ratio of the mean error, 10 log10(1 / MeanSquaredError), in decibels: at most the mean of the images' own.</summary>
    [JsonIgnore]
    public double PeakSignalToNoiseRatioOfMeanError => -10 * Math.Log10(MeanSquaredError);
}
