using System.Collections.ObjectModel;
using System.Text;
using Microsoft.Data.Analysis;

namespace FashionAE.MLNet;

/// <summary>
/// Metrics of an anomaly detector: how well its scores separate anomalies from normal images, and how good its threshold is.
/// </summary>
/// <remarks>
/// An image whose score is missing (NaN) ranks above all other images, because a detector calls it an anomaly. If the view has no predicted
/// labels, the metrics at the threshold are NaN, and the counts of detected anomalies and false alarms are null.
/// </remarks>
/// <param name="NormalCount">The number of normal images, at least 1.</param>
/// <param name="AnomalyCount">The number of anomalous images, at least 1.</param>
/// <param name="AreaUnderRocCurve">
/// The area under the ROC curve (AUROC), in [0, 1]: the probability that an anomaly has a higher score than a normal image. Equal
/// scores count half.
/// </param>
/// <param name="AveragePrecision">
/// The average precision, in [0, 1]: the sum of (R(s) - R(s')) P(s) over the distinct scores s. R(s) and P(s) are recall and precision if
/// all images with scores of s or more are called anomalies, and s' is the next higher score. It equals scikit-learn's
/// <c>average_precision_score</c>.
/// </param>
public sealed record AnomalyMetrics(int NormalCount, int AnomalyCount, double AreaUnderRocCurve, double AveragePrecision)
{
    /// <summary>Gets the highest F1 score, in [0, 1], that any threshold reaches on these images.</summary>
    public double BestF1Score { get; init; }

    /// <summary>
    /// Gets the threshold with the highest F1 score: images with higher scores are anomalies. It is the middle between the two neighboring
    /// scores. If several thresholds are equally good, it is the highest. Pass it to
    /// <see cref="AutoencoderTransformer.WithThreshold(float)"/>.
    /// </summary>
    public float BestF1Threshold { get; init; }

    /// <summary>Gets the number of anomalies that the detector calls anomalies; null if the view has no predicted labels.</summary>
    public int? DetectedCount { get; init; }

    /// <summary>Gets the number of normal images that the detector calls anomalies; null if the view has no predicted labels.</summary>
    public int? FalseAlarmCount { get; init; }

    /// <summary>
    /// Gets the F1 score of the predicted labels, in [0, 1]: 2 x detected / (detected + false alarms + anomalies).
    /// </summary>
    public double F1Score => 2.0 * DetectedCount / (DetectedCount + FalseAlarmCount + AnomalyCount) ?? double.NaN;

    /// <summary>Gets the share of anomalies that the detector calls anomalies, in [0, 1].</summary>
    public double Recall => (double?)DetectedCount / AnomalyCount ?? double.NaN;

    /// <summary>Gets the share of normal images that the detector calls anomalies, in [0, 1].</summary>
    public double FalseAlarmRate => (double?)FalseAlarmCount / NormalCount ?? double.NaN;

    /// <summary>
    /// Gets the metrics of error maps against true masks; null if no mask column is specified, and always null in the metrics of a single
    /// class.
    /// </summary>
    public AnomalyPixelMetrics? Pixels { get; init; }

    /// <summary>
    /// Gets the metrics of each class of anomalies against all normal images, by class name, in the order of the labels. It is empty if
    /// there is no column of classes, and always empty in the metrics of a single class.
    /// </summary>
    public IReadOnlyDictionary<string, AnomalyMetrics> PerClass { get; init; } = ReadOnlyDictionary<string, AnomalyMetrics>.Empty;

    /// <summary>Computes the metrics of ranked scores.</summary>
    internal static AnomalyMetrics Of(RankCurve scores, int? detected, int? falseAlarms)
    {
        var (best, threshold) = scores.BestF1();
        return new((int)scores.NormalCount, (int)scores.AnomalyCount, scores.AreaUnderRoc(), scores.AveragePrecision())
        {
            BestF1Score = best,
            BestF1Threshold = threshold,
            DetectedCount = detected,
            FalseAlarmCount = falseAlarms,
        };
    }

    private IEnumerable<KeyValuePair<string, AnomalyMetrics>> Rows => PerClass.Append(new("all", this));

    /// <summary>Formats a table with a line per class, a line for all images, and, if pixels were compared, a line for pixels.</summary>
    public override string ToString()
    {
        var width = PerClass.Keys.Append("class").Max(name => name.Length);
        var text = new StringBuilder("class".PadRight(width))
            .Append("   normal  anomalies   AUROC  average precision  best F1      F1  recall  false alarms");
        foreach (var (name, row) in Rows)
            text.Append($"\n{name.PadRight(width)} {row.NormalCount,8} {row.AnomalyCount,10} {row.AreaUnderRocCurve,7:F4}")
                .Append($" {row.AveragePrecision,18:F4} {row.BestF1Score,8:F4} {row.F1Score,7:F4}")
                .Append($" {row.Recall,7:F4} {row.FalseAlarmRate,13:F4}");
        return Pixels is null ? text.ToString() : text.Append($"\n{Pixels}").ToString();
    }

    /// <summary>Creates a table with one row per class in the order of the labels, and a last row, "all", for all images.</summary>
    /// <returns>
    /// The columns Class (String); NormalCount, AnomalyCount, DetectedCount and FalseAlarmCount (Int32); Auroc, AveragePrecision, BestF1,
    /// BestF1Threshold, F1, Recall and FalseAlarmRate (Double); and for pixels PixelAuroc, Aupro, Iou and PixelFalseAlarmRate (Double),
    /// which only the last row has. Values that were not measured are null.
    /// </returns>
    public DataFrame ToDataFrame()
    {
        AnomalyMetrics[] rows = [.. Rows.Select(row => row.Value)];
        Int32DataFrameColumn Counts(string name, Func<AnomalyMetrics, int?> count) => new(name, rows.Select(count));
        DoubleDataFrameColumn Scores(string name, Func<AnomalyMetrics, double?> score) =>
            new(name, rows.Select(row => score(row) is { } known && !double.IsNaN(known) ? known : (double?)null));
        return new DataFrame(
            new StringDataFrameColumn("Class", Rows.Select(row => row.Key)),
            Counts(nameof(NormalCount), m => m.NormalCount),
            Counts(nameof(AnomalyCount), m => m.AnomalyCount),
            Counts(nameof(DetectedCount), m => m.DetectedCount),
            Counts(nameof(FalseAlarmCount), m => m.FalseAlarmCount),
            Scores("Auroc", m => m.AreaUnderRocCurve),
            Scores(nameof(AveragePrecision), m => m.AveragePrecision),
            Scores("BestF1", m => m.BestF1Score),
            Scores(nameof(BestF1Threshold), m => m.BestF1Threshold),
            Scores("F1", m => m.F1Score),
            Scores(nameof(Recall), m => m.Recall),
            Scores(nameof(FalseAlarmRate), m => m.FalseAlarmRate),
            Scores("PixelAuroc", m => m.Pixels?.AreaUnderRocCurve),
            Scores("Aupro", m => m.Pixels?.AreaUnderProCurve),
            Scores("Iou", m => m.Pixels?.IntersectionOverUnion),
            Scores("PixelFalseAlarmRate", m => m.Pixels?.FalseAlarmRate));
    }
}

/// <summary>Metrics of error maps: how well they find the pixels of anomalies, over all images.</summary>
/// <remarks>
/// The areas are exact for up to 2,097,152 distinct errors. If there are more, the lowest bits of the errors are ignored, as many as
/// necessary to stay below that number. Errors that become equal count as ties. Memory stays below 300 MB.
/// </remarks>
/// <param name="NormalCount">The number of pixels outside the true masks.</param>
/// <param name="AnomalyCount">The number of pixels in the true masks.</param>
/// <param name="RegionCount">The number of regions: sets of connected pixels of a true mask. Pixels connect at sides and corners.</param>
/// <param name="AreaUnderRocCurve">The area under the ROC curve of pixels, in [0, 1].</param>
/// <param name="AreaUnderProCurve">
/// The area under the per-region overlap curve (AUPRO), in [0, 1]. The curve shows the mean share of each region that is found, as a
/// function of the false positive rate. The area up to a rate of 0.3 is divided by 0.3. Small regions count as much as large ones. Bergmann
/// et al., "The MVTec Anomaly Detection Dataset", IJCV 129 (2021).
/// </param>
public sealed record AnomalyPixelMetrics(
    long NormalCount, long AnomalyCount, long RegionCount, double AreaUnderRocCurve, double AreaUnderProCurve)
{
    /// <summary>
    /// Gets the intersection over union of the detector's masks and the true masks, in [0, 1], over the pixels of all images. NaN if the
    /// view has no masks of a detector.
    /// </summary>
    public double IntersectionOverUnion { get; init; } = double.NaN;

    /// <summary>
    /// Gets the share of normal pixels that the detector's masks mark, in [0, 1]. NaN if the view has no masks of a detector.
    /// </summary>
    public double FalseAlarmRate { get; init; } = double.NaN;

    /// <summary>Formats the metrics as one line.</summary>
    public override string ToString() =>
        $"pixels: AUROC {AreaUnderRocCurve:F4}, AUPRO {AreaUnderProCurve:F4}, IoU {IntersectionOverUnion:F4}, "
        + $"false alarms {FalseAlarmRate:F4}; {AnomalyCount} of {NormalCount + AnomalyCount} in {RegionCount} regions";
}
