using System.Text;
using FashionAE.Torch.Augmentation;
using FashionAE.Torch.Data;
using FashionAE.Torch.Models;
using static TorchSharp.torch;

namespace FashionAE.Torch.Metrics;

/// <summary>The scores of a model on a set of images, overall and by class.</summary>
/// <param name="Overall">Over all images.</param>
/// <param name="PerClass">For each class by name, in the order of the labels; classes without images are left out.</param>
public sealed record ReconstructionEvaluation(ReconstructionScore Overall, IReadOnlyDictionary<string, ReconstructionScore> PerClass)
{
    /// <summary>Reconstructs images and compares the results with the originals.</summary>
    /// <param name="model">The model; it is put in evaluation mode.</param>
    /// <param name="images">The originals, at least one.</param>
    /// <param name="input">What is done to an image before the model sees it; null for nothing. Results are compared with the original all the same.</param>
    /// <param name="seed">The seed of <paramref name="input"/>.</param>
    /// <returns>The scores.</returns>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public static ReconstructionEvaluation Of(Autoencoder model, ImageSet images, IAugmentation? input = null, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);

        using var scope = NewDisposeScope();
        var scores = AutoencoderInference.ForEachBatch(model, images, input, seed, (originals, seen) =>
        {
            var decoded = model.call(seen);
            return stack([
                ReconstructionMetrics.MeanSquaredError(originals, decoded),
                ReconstructionMetrics.PeakSignalToNoiseRatio(originals, decoded),
                ReconstructionMetrics.StructuralSimilarity(originals, decoded),
            ], 1);
        }).data<double>().ToArray();

        var labels = images.Labels.data<long>().ToArray();
        var perClass = new Dictionary<string, ReconstructionScore>();
        for (var label = 0; label < images.ClassNames.Count; label++)
        {
            var members = Enumerable.Range(0, labels.Length).Where(i => labels[i] == label).ToArray();
            if (members.Length > 0)
                perClass.Add(images.ClassNames[label], Mean(members));
        }
        return new ReconstructionEvaluation(Mean(Enumerable.Range(0, labels.Length).ToArray()), perClass);

        ReconstructionScore Mean(int[] rows)
        {
            double Column(int column) => rows.Average(row => scores[3 * row + column]);
            return new ReconstructionScore(rows.Length, Column(0), Column(1), Column(2));
        }
    }

    /// <summary>Writes a table, a line for each class and one for all images.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var width = PerClass.Keys.Append("class").Max(name => name.Length);
        var text = new StringBuilder($"{"class".PadRight(width)}   images      MSE  PSNR, dB    SSIM  PSNR of the mean error, dB");
        foreach (var (name, score) in PerClass.Append(new("all", Overall)))
            text.Append($"\n{name.PadRight(width)} {score.Count,8} {score.MeanSquaredError,8:F4} {score.PeakSignalToNoiseRatio,9:F2} {score.StructuralSimilarity,7:F3} {score.PeakSignalToNoiseRatioOfMeanError,27:F2}");
        return text.ToString();
    }
}
