using System.Numerics;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal sealed class ClusteringEvaluator
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _score;
    private readonly DataViewSchema.Column? _label;
    private readonly DataViewSchema.Column? _features;
    private readonly double[] _rowsOf;
    private readonly Dictionary<(int Label, int Cluster), double> _counts = [];
    private double _distance;

    private ClusteringEvaluator(IDataView data, DataViewSchema.Column score, DataViewSchema.Column? label, DataViewSchema.Column? features)
    {
        (_data, _score, _label, _features) = (data, score, label, features);
        _rowsOf = new double[((VectorDataViewType)score.Type).Size];
    }

    private double Rows => _rowsOf.Sum();

    public static ClusteringMetrics Evaluate(IDataView data, string labelName, string scoreName, string featuresName)
    {
        ArgumentNullException.ThrowIfNull(data);
        var score = EvaluatorColumns.Find(data.Schema, "Score", scoreName);
        DataViewSchema.Column? label = labelName is null ? null : EvaluatorColumns.Find(data.Schema, "Label", labelName);
        DataViewSchema.Column? features = featuresName is null ? null : EvaluatorColumns.Find(data.Schema, "Feature", featuresName);
        if (label is { Type: var type } && type != NumberDataViewType.Single && type is not KeyDataViewType)
            throw Contracts.SchemaMismatch("label", labelName, "Single or KeyType", type.ToString(), "schema");
        if (!EvaluatorColumns.IsVectorOfSingle(score.Type, leastSize: 1))
            throw Contracts.SchemaMismatch("score", scoreName, "known-size vector of Single", score.Type.ToString(), "schema");
        if (features is { Type: var vector } && !EvaluatorColumns.IsVectorOfSingle(vector, leastSize: 1))
            throw Contracts.SchemaMismatch("features", featuresName, "known-size vector of Single", vector.ToString(), "schema");
        return new ClusteringEvaluator(data, score, label, features).Evaluate();
    }

    private ClusteringMetrics Evaluate()
    {
        var means = new double[_rowsOf.Length][];
        foreach (var (cluster, label, distance, features) in Read())
        {
            _rowsOf[cluster]++;
            _distance += distance;
            _counts[(label, cluster)] = _counts.GetValueOrDefault((label, cluster)) + 1;
            if (features is null)
                continue;
            // A running mean.
            var mean = means[cluster] ??= new double[features.Length];
            for (var i = 0; i < mean.Length; i++)
                mean[i] += (features[i] - mean[i]) / _rowsOf[cluster];
        }
        return new ClusteringMetrics(GetInformation(), _distance / Rows, _features is null ? 0 : GetDaviesBouldinIndex(means));
    }

    // Rows with scores that are no numbers do not count.
    private IEnumerable<(int Cluster, int Label, float Distance, float[] Features)> Read()
    {
        using var cursor = _data.GetRowCursor(new[] { _score, _label, _features }.OfType<DataViewSchema.Column>());
        var readScores = EvaluatorColumns.VectorReader(cursor, _score);
        var readLabel = _label is { } label ? EvaluatorColumns.LabelReader(cursor, label) : () => float.NaN;
        var readFeatures = _features is { } features ? EvaluatorColumns.VectorReader(cursor, features) : () => null;
        while (cursor.MoveNext())
        {
            var (scores, number) = (readScores(), readLabel());
            if (number < 0 || number % 1 != 0 && !float.IsNaN(number))
                throw new InvalidOperationException($"Invalid label: {number}");
            // The package counts rows without a label to the first one.
            var index = float.IsNaN(number) ? 0 : (int)number;
            if (scores.All(float.IsFinite))
                yield return (Array.IndexOf(scores, scores.Min()), index, scores.Min(), readFeatures());
        }
    }

    /// <summary>What the clusters tell of the labels, as a part of what is to be told. There must be two labels.</summary>
    private double GetInformation()
    {
        var rowsOfLabel = _counts.GroupBy(count => count.Key.Label, count => count.Value)
            .ToDictionary(counts => counts.Key, counts => counts.Sum());
        var information = _counts.Sum(count =>
            count.Value / Rows * Math.Log(count.Value * Rows / (rowsOfLabel[count.Key.Label] * _rowsOf[count.Key.Cluster])));
        return rowsOfLabel.Count > 1 ? information / -rowsOfLabel.Values.Sum(rows => rows / Rows * Math.Log(rows / Rows)) : double.NaN;
    }

    /// <summary>For each cluster, how wide it and another are together beside the distance of their centers: the mean of the worst.</summary>
    private double GetDaviesBouldinIndex(double[][] means)
    {
        var widths = new double[means.Length];
        foreach (var (cluster, _, _, features) in Read())
            widths[cluster] += Distance(means[cluster], features) / _rowsOf[cluster];
        var clusters = Enumerable.Range(0, means.Length).Where(i => _rowsOf[i] > 0).ToArray();
        return clusters.Sum(i => clusters.Where(j => j != i)
            .Select(j => (widths[i] + widths[j]) / Distance(means[i], means[j])).DefaultIfEmpty().Max()) / means.Length;
    }

    private static double Distance<T>(double[] left, T[] right)
        where T : INumber<T> =>
        Math.Sqrt(left.Zip(right, (a, b) => a - double.CreateTruncating(b)).Sum(difference => difference * difference));
}
