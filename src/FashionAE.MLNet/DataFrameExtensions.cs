using Microsoft.Data.Analysis;

namespace FashionAE.MLNet;

/// <summary>Results as data frames. Views become data frames by <c>ToDataFrame</c> of Microsoft.Data.Analysis, and a data frame is a view.</summary>
public static class DataFrameExtensions
{
    /// <summary>Makes a table of a training, a row for each epoch in order.</summary>
    /// <param name="history">The course of the training.</param>
    /// <returns>
    /// The columns Epoch (Int32), TrainLoss, ValidationLoss, TestLoss, LearningRate and Seconds (Double). A loss that was not measured is null.
    /// </returns>
    public static DataFrame ToDataFrame(this TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var epochs = history.Epochs;
        return new DataFrame(
            new Int32DataFrameColumn(nameof(EpochRecord.Epoch), epochs.Select(e => e.Epoch)),
            new DoubleDataFrameColumn(nameof(EpochRecord.TrainLoss), epochs.Select(e => e.TrainLoss)),
            new DoubleDataFrameColumn(nameof(EpochRecord.ValidationLoss), epochs.Select(e => e.ValidationLoss)),
            new DoubleDataFrameColumn(nameof(EpochRecord.TestLoss), epochs.Select(e => e.TestLoss)),
            new DoubleDataFrameColumn(nameof(EpochRecord.LearningRate), epochs.Select(e => e.LearningRate)),
            new DoubleDataFrameColumn(nameof(EpochRecord.Seconds), epochs.Select(e => e.Seconds)));
    }

    /// <summary>Makes a table of metrics: a row for each class in the order of the labels, and a last one, "all", for all images.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <returns>
    /// The columns Class (String), Count (Int32), and, Double, Mse, Psnr (decibels), Ssim: means over the images; and PsnrOfMeanMse, the
    /// ratio of the mean error (decibels).
    /// </returns>
    public static DataFrame ToDataFrame(this ReconstructionMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        KeyValuePair<string, ReconstructionMetrics>[] rows = [.. metrics.PerClass, new("all", metrics)];
        DoubleDataFrameColumn Scores(string name, Func<ReconstructionMetrics, double> score) => new(name, rows.Select(r => score(r.Value)));
        return new DataFrame(
            new StringDataFrameColumn("Class", rows.Select(r => r.Key)),
            new Int32DataFrameColumn(nameof(ReconstructionMetrics.Count), rows.Select(r => r.Value.Count)),
            Scores("Mse", m => m.MeanSquaredError),
            Scores("Psnr", m => m.PeakSignalToNoiseRatio),
            Scores("Ssim", m => m.StructuralSimilarity),
            Scores("PsnrOfMeanMse", m => m.PeakSignalToNoiseRatioOfMeanError));
    }
}
