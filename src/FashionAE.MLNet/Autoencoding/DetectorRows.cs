using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Reads what a detector says of the rows of a view.</summary>
internal static class DetectorRows
{
    public static IEnumerable<double> Scores(AutoencoderTransformer detector, IDataView view) =>
        detector.Transform(view).GetColumn<float>(ScoreColumn(detector, view)).Select(score => (double)score);

    public static IReadOnlyList<(double Score, bool IsAnomaly)> Labeled(AutoencoderTransformer detector, IDataView view, string labelColumn) =>
        [.. Scores(detector, view).Zip(Labels(view, labelColumn))];

    /// <exception cref="ArgumentOutOfRangeException">The column of labels is missing, or neither Boolean nor Single.</exception>
    public static IEnumerable<bool> Labels(IDataView view, string labelColumn)
    {
        var label = view.Schema.GetColumnOrNull(labelColumn)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(view), "label", labelColumn);
        return label.Type switch
        {
            BooleanDataViewType => view.GetColumn<bool>(label),
            NumberDataViewType type when type.RawType == typeof(float) => view.GetColumn<float>(label).Select(value => value > 0),
            _ => throw Contracts.ExceptSchemaMismatch(
                nameof(view), "label", labelColumn, "Boolean or Single",
                $"{label.Type}: append a CustomMapping that makes it true for anomalies"),
        };
    }

    private static DataViewSchema.Column ScoreColumn(AutoencoderTransformer detector, IDataView view) =>
        detector.GetOutputSchema(view.Schema).Last(column => column.Name == "Score");
}
