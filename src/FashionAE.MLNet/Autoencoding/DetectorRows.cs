using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Reads what a detector says of the rows of a view.</summary>
internal static class DetectorRows
{
    public static IEnumerable<double> Scores(AutoencoderTransformer detector, IDataView view) =>
        detector.Transform(view).GetColumn<float>(ScoreColumn(detector, view)).Select(score => (double)score);

    /// <exception cref="ArgumentOutOfRangeException">The column of labels is missing, or neither Boolean nor Single.</exception>
    public static IReadOnlyList<(double Score, bool IsAnomaly)> Labeled(AutoencoderTransformer detector, IDataView view, string labelColumn)
    {
        var label = view.Schema.GetColumnOrNull(labelColumn)
            ?? throw Microsoft.ML.Runtime.Contracts.ExceptSchemaMismatch(nameof(view), "label", labelColumn);
        var labels = label.Type switch
        {
            BooleanDataViewType => view.GetColumn<bool>(label),
            NumberDataViewType type when type.RawType == typeof(float) => view.GetColumn<float>(label).Select(value => value > 0),
            _ => throw Microsoft.ML.Runtime.Contracts.ExceptSchemaMismatch(
                nameof(view), "label", labelColumn, "Boolean or Single", $"{label.Type}"),
        };
        return [.. Scores(detector, view).Zip(labels)];
    }

    private static DataViewSchema.Column ScoreColumn(AutoencoderTransformer detector, IDataView view) =>
        detector.GetOutputSchema(view.Schema).Last(column => column.Name == "Score");
}
