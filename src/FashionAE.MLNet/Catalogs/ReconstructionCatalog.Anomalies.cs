using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

public sealed partial class ReconstructionCatalog
{
    /// <summary>
    /// Compares a detector's scores, verdicts and error maps with labels and true masks: AUROC, average precision, F1, false alarms, and of
    /// pixels AUROC, AUPRO and intersection over union.
    /// </summary>
    /// <param name="data">
    /// The output of a detector, with labels; it is read once. The columns of the last detector are found by their annotations.
    /// </param>
    /// <param name="labelColumnName">
    /// The column that says which rows are anomalies: Boolean, or Single, where values above 0 are anomalies.
    /// </param>
    /// <param name="maskColumnName">
    /// The column of true masks, to evaluate the error maps as well; null for images alone. It has a value for every pixel, or one for
    /// each channel of it: Boolean, Byte, where values above 0 mark a pixel, or Single, where values above 0.5 do. A row with an empty
    /// vector has no marked pixels.
    /// </param>
    /// <returns>The metrics; their text is a table.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or there is no detector.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are no rows, or only normal ones, or only anomalies; no pixel is marked, or all are; a label is missing; the size of the
    /// images is unknown, or a row has another number of pixels.
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
    /// <param name="options">The columns that are compared, and which classes are normal.</param>
    /// <exception cref="ArgumentException">
    /// NormalClasses is missing where labels are classes, or is set where they are not.
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

/// <summary>Which columns <see cref="ReconstructionCatalog.EvaluateAnomalies(IDataView, AnomalyEvaluationOptions)"/> compares.</summary>
/// <remarks>
/// Names of a detector's columns may be null: they are then found by the annotations ScoreColumnSetId and ScoreValueKind, of the detector
/// that <see cref="ScoreColumnName"/> belongs to, or of the last one; if there is none, of the last binary classifier, which is how
/// RandomizedPca marks its output. A score without annotations has no other columns but those named.
/// </remarks>
public sealed record AnomalyEvaluationOptions
{
    /// <summary>
    /// Gets or sets the column that says which rows are anomalies: Boolean, Single (above 0 for an anomaly), or, with
    /// <see cref="NormalClasses"/>, classes as keys or text; Label unless set.
    /// </summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// Gets or sets the classes that are normal, by the values of the label's keys or its text: all others are anomalies. Null unless the
    /// label is a column of classes.
    /// </summary>
    public IReadOnlyCollection<string>? NormalClasses { get; set; }

    /// <summary>
    /// Gets or sets the column of classes, keys or text, to evaluate each class of anomalies against all normal rows; null for the label,
    /// if that has classes.
    /// </summary>
    public string? ClassColumnName { get; set; }

    /// <summary>Gets or sets the column of scores, Single, higher for anomalies; null to find it.</summary>
    public string? ScoreColumnName { get; set; }

    /// <summary>Gets or sets the column of verdicts, Boolean; null to find it. Without one there are no figures at a threshold.</summary>
    public string? PredictedLabelColumnName { get; set; }

    /// <summary>
    /// Gets or sets the column of true masks, of Boolean, Byte (above 0 marks a pixel) or Single (above 0.5 does); null to evaluate images
    /// alone. It has a value for every pixel, or one for each channel of it; an empty vector marks nothing.
    /// </summary>
    public string? MaskColumnName { get; set; }

    /// <summary>
    /// Gets or sets the column of error maps, vectors of Single; null to find it. Of an error in each channel the mean is compared.
    /// </summary>
    public string? ErrorMapColumnName { get; set; }

    /// <summary>Gets or sets the column of the detector's masks, vectors of Boolean; null to find it. It is optional.</summary>
    public string? PredictedMaskColumnName { get; set; }

    /// <summary>
    /// Gets or sets the shape of the images, of which height and width count; null to read it from the types of the error map and the mask:
    /// from their dimensions, or as a square.
    /// </summary>
    public ImageShape? Shape { get; set; }
}
