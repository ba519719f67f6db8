using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal static class AnomalyDetectionEvaluator
{
    public static AnomalyDetectionMetrics Evaluate(
        IDataView data, string labelName, string scoreName, string predictedLabelName, int falsePositiveCount)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(falsePositiveCount);
        var label = EvaluatorColumns.Find(data.Schema, "Label", labelName);
        var score = EvaluatorColumns.Find(data.Schema, "Score", scoreName);
        EvaluatorColumns.Find(data.Schema, "PredictedLabel", predictedLabelName);
        if (score.Type != NumberDataViewType.Single)
            throw Contracts.SchemaMismatch("score", score.Name, "Single", score.Type.ToString(), "schema");
        if (label.Type != NumberDataViewType.Single && label.Type is not KeyDataViewType { Count: 2 })
            throw Contracts.SchemaMismatch("label", label.Name, "Single or a KeyType with cardinality 2", label.Type.ToString(), "schema");

        var rows = Read(data, label, score).OrderByDescending(row => row.Score).ToArray();
        var anomalies = (double)rows.Count(row => row.IsAnomaly);
        if (anomalies == 0)
            throw Undefined("PosSample", "positive");
        if (anomalies == rows.Length)
            throw Undefined("NegSample", "negative");
        return new AnomalyDetectionMetrics(
            RankedPairs(rows) / (anomalies * (rows.Length - anomalies)),
            Detected(rows, falsePositiveCount) / anomalies);
    }

    private static ArgumentOutOfRangeException Undefined(string parameter, string missing) =>
        new(parameter, $"AUC is not defined when there is no {missing} class in the data");

    // Rows without a label or with a score that is no number do not count.
    private static IEnumerable<(bool IsAnomaly, float Score)> Read(IDataView data, DataViewSchema.Column label, DataViewSchema.Column score)
    {
        using var cursor = data.GetRowCursor([label, score]);
        var (readLabel, readScore) = (EvaluatorColumns.LabelReader(cursor, label), EvaluatorColumns.NumberReader(cursor, score));
        while (cursor.MoveNext())
        {
            var (number, value) = (readLabel(), readScore());
            if (!float.IsNaN(number) && float.IsFinite(value))
                yield return (number > 0, value);
        }
    }

    /// <summary>Counts the pairs of an anomaly and another row in which the anomaly has the higher score; equal scores are half a pair.</summary>
    private static double RankedPairs(IEnumerable<(bool IsAnomaly, float Score)> descending)
    {
        var (pairs, above) = (0.0, 0.0);
        foreach (var equal in descending.GroupBy(row => row.Score, row => row.IsAnomaly))
        {
            double anomalies = equal.Count(isAnomaly => isAnomaly);
            pairs += (equal.Count() - anomalies) * (above + anomalies / 2);
            above += anomalies;
        }
        return pairs;
    }

    private static double Detected(IEnumerable<(bool IsAnomaly, float Score)> descending, int falsePositiveCount) =>
        descending.TakeWhile(row => row.IsAnomaly || falsePositiveCount-- > 0).Count(row => row.IsAnomaly);
}
