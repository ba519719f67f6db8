using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal sealed class MulticlassClassificationEvaluator
{
    // The least probability, for a loss that is finite.
    private const float Epsilon = 1e-15f;

    private readonly string[] _names;
    private readonly int _topCount;
    private readonly double[][] _counts;
    private readonly double[] _losses;
    private double _rows;
    private double _topRows;
    private double _loss;

    private MulticlassClassificationEvaluator(string[] names, int topCount)
    {
        (_names, _topCount) = (names, topCount);
        _counts = names.Select(_ => new double[names.Length]).ToArray();
        _losses = new double[names.Length];
    }

    public static MulticlassClassificationMetrics Evaluate(
        IDataView data, string labelName, string scoreName, string predictedLabelName, int topCount)
    {
        ArgumentNullException.ThrowIfNull(data);
        var label = EvaluatorColumns.Find(data.Schema, "Label", labelName);
        var score = EvaluatorColumns.Find(data.Schema, "Score", scoreName);
        EvaluatorColumns.Find(data.Schema, "PredictedLabel", predictedLabelName);
        if (!EvaluatorColumns.IsVectorOfSingle(score.Type, leastSize: 2))
            throw Contracts.SchemaMismatch("score", score.Name, "vector of two or more items of type Single", score.Type.ToString(), "schema");
        if (label.Type != NumberDataViewType.Single && label.Type is not KeyDataViewType)
            throw Contracts.SchemaMismatch("label", label.Name, "Single or KeyType", label.Type.ToString(), "schema");

        var evaluator = new MulticlassClassificationEvaluator(NamesOf(score), Math.Max(0, topCount));
        using var cursor = data.GetRowCursor([label, score]);
        var (readLabel, readScores) = (EvaluatorColumns.LabelReader(cursor, label), EvaluatorColumns.VectorReader(cursor, score));
        while (cursor.MoveNext())
            evaluator.Add(readLabel(), readScores());
        return evaluator.GetMetrics();
    }

    private static string[] NamesOf(DataViewSchema.Column score)
    {
        if (!score.HasSlotNames())
            return Enumerable.Range(0, ((VectorDataViewType)score.Type).Size).Select(i => $"{i}").ToArray();
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return names.DenseValues().Select(name => name.ToString()).ToArray();
    }

    // Rows without a class or with scores that are no numbers do not count.
    private void Add(float label, float[] scores)
    {
        if (!(label >= 0) || label != (int)label || !scores.All(float.IsFinite))
            return;
        _rows++;
        var actual = (int)label;
        if (actual >= scores.Length)
        {
            // No score tells of a class that the trainer did not see.
            _loss -= Math.Log(Epsilon);
            return;
        }
        var loss = -Math.Log(Math.Clamp(scores[actual], Epsilon, 1));
        _loss += loss;
        _losses[actual] += loss;
        // Of equal scores the first ranks first.
        _counts[actual][Array.IndexOf(scores, scores.Max())]++;
        var rank = scores.Where((score, i) => score > scores[actual] || score == scores[actual] && i < actual).Count();
        if (rank < _topCount)
            _topRows++;
    }

    private MulticlassClassificationMetrics GetMetrics()
    {
        var matrix = new ConfusionMatrix(_counts, _names);
        var rowsOf = _counts.Select(row => row.Sum()).ToArray();
        var logLoss = _rows > 0 ? _loss / _rows : 0;
        var entropy = -rowsOf.Where(rows => rows > 0).Sum(rows => rows / _rows * Math.Log(rows / _rows));
        return new MulticlassClassificationMetrics
        {
            MicroAccuracy = _rows > 0 ? _counts.Select((row, i) => row[i]).Sum() / _rows : 0,
            MacroAccuracy = matrix.PerClassRecall.Where((_, i) => rowsOf[i] > 0).DefaultIfEmpty().Average(),
            LogLoss = logLoss,
            LogLossReduction = (entropy - logLoss) / entropy,
            TopKAccuracy = _rows > 0 ? _topRows / _rows : 0,
            TopKPredictionCount = _topCount,
            PerClassLogLoss = _losses.Select((loss, i) => rowsOf[i] > 0 ? loss / rowsOf[i] : 0).ToArray(),
            ConfusionMatrix = matrix,
        };
    }
}
