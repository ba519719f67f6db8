using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Estimators that scale numbers.</summary>
public static class NormalizationCatalog
{
    private const long MaximumExampleCount = 1000000000;

    /// <summary>
    /// Divides by the greatest magnitude, or with <paramref name="fixZero"/> false maps the smallest number to 0 and the greatest to 1.
    /// A number that is always the same becomes 0.
    /// </summary>
    public static NormalizingEstimator NormalizeMinMax(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null,
        long maximumExampleCount = MaximumExampleCount, bool fixZero = true) =>
        new(outputColumnName, inputColumnName ?? outputColumnName, maximumExampleCount, fixZero, isMeanVariance: false);

    /// <summary>
    /// Divides by the root of the mean square, or with <paramref name="fixZero"/> false maps to mean 0 and variance 1.
    /// A number that is always the same becomes 0.
    /// </summary>
    /// <exception cref="NotSupportedException"><paramref name="useCdf"/> is true.</exception>
    public static NormalizingEstimator NormalizeMeanVariance(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null,
        long maximumExampleCount = MaximumExampleCount, bool fixZero = true, bool useCdf = false) => useCdf
        ? throw new NotSupportedException("Normalizing to a cumulative distribution is not in this stand-in.")
        : new(outputColumnName, inputColumnName ?? outputColumnName, maximumExampleCount, fixZero, isMeanVariance: true);
}
