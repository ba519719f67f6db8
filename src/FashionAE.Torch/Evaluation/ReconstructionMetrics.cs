using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Serialization;
using Sums = (int Count, double Mse, double Psnr, double Ssim);

namespace FashionAE.Torch;

/// <summary>The quality of reconstructions: means over all images, and over the images of each class.</summary>
/// <param name="Count">The number of images.</param>
/// <param name="MeanSquaredError">The mean of the mean squared errors of the images, in [0, 1].</param>
/// <param name="PeakSignalToNoiseRatio">The mean of the peak signal-to-noise ratios of the images, in decibels.</param>
/// <param name="StructuralSimilarity">The mean of the structural similarities of the images, in [-1, 1].</param>
public sealed record ReconstructionMetrics(int Count, double MeanSquaredError, double PeakSignalToNoiseRatio, double StructuralSimilarity)
{
    /// <summary>
    /// Gets the PSNR of the mean error, 10 log10(1 / MeanSquaredError), in decibels. It is at most <see cref="PeakSignalToNoiseRatio"/>.
    /// </summary>
    [JsonIgnore]
    public double PeakSignalToNoiseRatioOfMeanError => 0 - 10 * Math.Log10(MeanSquaredError); // -10 times 0 would be printed as -0

    /// <summary>
    /// Gets the metrics of each class by its name, in the order of the labels. Classes without images are not included. The dictionary is
    /// empty if the evaluation had no classes, and in the metrics of one class.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, ReconstructionMetrics> PerClass { get; init; } =
        ReadOnlyDictionary<string, ReconstructionMetrics>.Empty;

    /// <summary>Formats the metrics as a table, with a line for each class and one for all images.</summary>
    public override string ToString()
    {
        var width = PerClass.Keys.Append("class").Max(name => name.Length);
        var text = new StringBuilder($"{"class".PadRight(width)}   images      MSE  PSNR, dB    SSIM  PSNR of the mean error, dB");
        foreach (var (name, metrics) in PerClass.Append(new("all", this)))
            text.Append($"\n{name.PadRight(width)} {metrics.Count,8} {metrics.MeanSquaredError,8:F4} {metrics.PeakSignalToNoiseRatio,9:F2}")
                .Append($" {metrics.StructuralSimilarity,7:F3} {metrics.PeakSignalToNoiseRatioOfMeanError,27:F2}");
        return text.ToString();
    }

    /// <summary>Accumulates the scores of images, for all images and by class if classes are known.</summary>
    internal sealed class Accumulator
    {
        private readonly Dictionary<(uint Order, string Name), Sums> _classes = [];
        private Sums _all;

        public int Count => _all.Count;

        /// <summary>
        /// Adds one image. The order of a class determines its position in the result; several classes may have the same order.
        /// </summary>
        public void Add((double Mse, double Psnr, double Ssim) scores, (uint Order, string Name)? label)
        {
            static void AddTo(ref Sums sums, (double Mse, double Psnr, double Ssim) scores) =>
                sums = (sums.Count + 1, sums.Mse + scores.Mse, sums.Psnr + scores.Psnr, sums.Ssim + scores.Ssim);
            AddTo(ref _all, scores);
            if (label is { } key)
                AddTo(ref CollectionsMarshal.GetValueRefOrAddDefault(_classes, key, out _), scores);
        }

        public ReconstructionMetrics ToMetrics()
        {
            static ReconstructionMetrics Means(Sums sums) =>
                new(sums.Count, sums.Mse / sums.Count, sums.Psnr / sums.Count, sums.Ssim / sums.Count);
            var classes = _classes.OrderBy(c => c.Key.Order).ThenBy(c => c.Key.Name, StringComparer.Ordinal);
            return Means(_all) with { PerClass = classes.ToDictionary(c => c.Key.Name, c => Means(c.Value)) };
        }
    }
}
