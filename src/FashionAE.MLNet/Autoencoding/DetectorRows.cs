using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Reads the scores and labels of the rows of a view.</summary>
internal static class DetectorRows
{
    public static IEnumerable<double> Scores(AutoencoderTransformer detector, IDataView view)
    {
        var scored = detector.Transform(view);
        return scored.GetColumn<float>(ScoreOf(scored)).Select(score => (double)score);
    }

    /// <summary>Reads scores and labels in one pass.</summary>
    public static IReadOnlyList<(double Score, bool IsAnomaly)> Labeled(AutoencoderTransformer detector, IDataView view, string labelColumn)
    {
        var scored = detector.Transform(view);
        var (score, label) = (ScoreOf(scored), scored.Schema[LabelOf(view, labelColumn).Index]);
        using var cursor = scored.GetRowCursor([score, label]);
        var getScore = cursor.GetGetter<float>(score);
        var getLabel = LabelGetter(cursor, label);
        var rows = new List<(double, bool)>();
        for (var value = 0f; cursor.MoveNext();)
        {
            getScore(ref value);
            rows.Add((value, getLabel()));
        }
        return rows;
    }

    /// <exception cref="ArgumentOutOfRangeException">The label column is missing, or is neither Boolean nor Single.</exception>
    /// <exception cref="InvalidOperationException">A row has no label.</exception>
    public static IEnumerable<bool> Labels(IDataView view, string labelColumn)
    {
        var label = LabelOf(view, labelColumn);
        using var cursor = view.GetRowCursor([label]);
        var getLabel = LabelGetter(cursor, label);
        while (cursor.MoveNext())
            yield return getLabel();
    }

    /// <summary>Creates a function that reads the label of the current row, Boolean or Single. It returns true for an anomaly.</summary>
    /// <exception cref="InvalidOperationException">The function throws this exception if the row has no label.</exception>
    public static Func<bool> LabelGetter(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type is BooleanDataViewType)
        {
            var getBoolean = row.GetGetter<bool>(label);
            var isAnomaly = false;
            return () =>
            {
                getBoolean(ref isAnomaly);
                return isAnomaly;
            };
        }
        var getNumber = row.GetGetter<float>(label);
        var number = 0f;
        return () =>
        {
            getNumber(ref number);
            return !float.IsNaN(number)
                ? number > 0
                : throw NoLabel(row, label);
        };
    }

    public static InvalidOperationException NoLabel(DataViewRow row, DataViewSchema.Column label) => new(
        $"Row {row.Position} has no value in the label column '{label.Name}': "
        + "leave such rows out, for example with ml.Data.FilterByCustomPredicate.");

    private static DataViewSchema.Column LabelOf(IDataView view, string name)
    {
        var label = view.Schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(nameof(view), "label", name);
        return label.Type is BooleanDataViewType || label.Type == NumberDataViewType.Single
            ? label
            : throw Contracts.ExceptSchemaMismatch(
                nameof(view), "label", name, "Boolean or Single", $"{label.Type}: append a CustomMapping that makes it true for anomalies");
    }

    private static DataViewSchema.Column ScoreOf(IDataView scored) => scored.Schema.Last(column => column.Name == "Score");
}
