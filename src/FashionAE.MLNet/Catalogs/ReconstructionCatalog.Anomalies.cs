using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

public sealed partial class ReconstructionCatalog
{
    /// <summary>
    /// Compares scores, predicted labels and error maps of a detector with true labels and masks. The metrics of rows are the area under
    /// the ROC curve (AUROC), average precision, F1 score and false alarm rate. Those of pixels are AUROC, the area under the per-region
    /// overlap curve (AUPRO) and intersection over union.
    /// </summary>
    /// <param name="data">
    /// The output of a detector, with labels; it is read once. The columns of the last detector are found by their annotations.
    /// </param>
    /// <param name="labelColumnName">
    /// The column of labels: Boolean, true for anomalies, or Single, with values above 0 for anomalies.
    /// </param>
    /// <param name="maskColumnName">
    /// The column of true masks; null to evaluate only rows, not pixels. It has one value per pixel, or one per pixel and channel: Boolean,
    /// Byte (a value above 0 marks a pixel) or Single (a value above 0.5 marks a pixel). An empty vector marks no pixels.
    /// </param>
    /// <returns>The metrics. Their <c>ToString</c> returns a table.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or the data contains no output of a detector.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There are no rows, only normal rows, or only anomalies. The masks mark no pixel, or all of them. A label is missing. NormalClasses
    /// contains a class that the labels do not have. The size of the images is unknown, or a row has a different number of pixels.
    /// </exception>
    /// <example>
    /// <code>
    /// var metrics = ml.Reconstruction.EvaluateAnomalies(detector.Transform(test), "Label", maskColumnName: "TrueMask");
    /// Console.WriteLine($"AUROC {metrics.AreaUnderRocCurve:F3}, AUPRO {metrics.Pixels!.AreaUnderProCurve:F3}");
    /// </code>
    /// </example>
    public AnomalyMetrics EvaluateAnomalies(IDataView data, string labelColumnName = "Label", string? maskColumnName = null) =>
        EvaluateAnomalies(data, new AnomalyEvaluationOptions { LabelColumnName = labelColumnName, MaskColumnName = maskColumnName });

    /// <inheritdoc cref="EvaluateAnomalies(IDataView, string, string?)"/>
    /// <param name="options">The columns to compare, and the classes that are normal.</param>
    /// <exception cref="ArgumentException">
    /// NormalClasses is missing although the labels are classes, or it is set although they are not. The column of labels or of true masks
    /// is an output of a detector.
    /// </exception>
    public AnomalyMetrics EvaluateAnomalies(IDataView data, AnomalyEvaluationOptions options)
    {
        _environment.CheckValue(data, nameof(data));
        _environment.CheckValue(options, nameof(options));
        var columns = new AnomalyColumns(data.Schema, options);
        using var cursor = data.GetRowCursor(columns.All);
        var reading = new AnomalyReading(cursor, columns, options);
        while (cursor.MoveNext())
            reading.Read();
        return reading.ToMetrics();
    }
}

/// <summary>
/// Specifies the columns that <see cref="ReconstructionCatalog.EvaluateAnomalies(IDataView, AnomalyEvaluationOptions)"/> compares.
/// </summary>
/// <remarks>
/// The names of the detector's columns may be null. The columns are then found by the annotations ScoreColumnSetId and ScoreValueKind:
/// those of the detector that <see cref="ScoreColumnName"/> belongs to, or those of the last detector. If there is no detector, the
/// columns of the last binary classifier are used, because RandomizedPca marks its output that way. If the score column has no
/// annotations, only the columns that you specify are used.
/// </remarks>
public sealed record AnomalyEvaluationOptions
{
    /// <summary>
    /// Gets or sets the column of labels: Boolean, Single (above 0 for an anomaly), or classes as keys or text together with
    /// <see cref="NormalClasses"/>. The default is Label.
    /// </summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// Gets or sets the normal classes, as key values or text of the label column. All other classes are anomalies. The option must be null
    /// if the labels are not classes.
    /// </summary>
    public IReadOnlyCollection<string>? NormalClasses { get; set; }

    /// <summary>
    /// Gets or sets the column of classes, keys or text, to evaluate each class of anomalies against all normal rows. Null to use the label
    /// column if it has classes.
    /// </summary>
    public string? ClassColumnName { get; set; }

    /// <summary>Gets or sets the column of scores, Single, higher for anomalies; null to find it by annotations.</summary>
    public string? ScoreColumnName { get; set; }

    /// <summary>
    /// Gets or sets the column of predicted labels, Boolean; null to find it by annotations. Without this column, the metrics that depend
    /// on the threshold are NaN or null.
    /// </summary>
    public string? PredictedLabelColumnName { get; set; }

    /// <summary>
    /// Gets or sets the column of true masks: Boolean, Byte (above 0 marks a pixel) or Single (above 0.5 marks a pixel). Null to evaluate
    /// only rows, not pixels. A mask has one value per pixel, or one per pixel and channel. An empty vector marks no pixels.
    /// </summary>
    public string? MaskColumnName { get; set; }

    /// <summary>
    /// Gets or sets the column of error maps, vectors of Single; null to find it by annotations. If a map has one error per pixel and
    /// channel, the mean over the channels is used.
    /// </summary>
    public string? ErrorMapColumnName { get; set; }

    /// <summary>
    /// Gets or sets the column of the detector's masks, vectors of Boolean; null to find it by annotations. It is optional.
    /// </summary>
    public string? PredictedMaskColumnName { get; set; }

    /// <summary>
    /// Gets or sets the shape of the images; only height and width are used. Null to read the size from the dimensions of the types of the
    /// error map and the mask. If the types have only one dimension, the images are assumed to be square.
    /// </summary>
    public ImageShape? Shape { get; set; }
}
