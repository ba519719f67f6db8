namespace FashionAE.MLNet;

/// <summary>The scores of the reconstructions of a batch of rows, each computed when a getter first asks for it.</summary>
/// <param name="shape">The shape of the images.</param>
/// <param name="images">
/// Gives the images that reconstructions should be and the reconstructions, one after the other; they are not changed.
/// </param>
/// <param name="isMissing">Tells whether a row has a pixel that is infinite or NaN: its scores are missing, NaN.</param>
/// <param name="factors">Gives what the mean squared error of each row is multiplied by; null for 1.</param>
internal sealed class BatchScores(
    InputShape shape, Func<(float[] Targets, float[] Reconstructions)> images, Func<int, bool> isMissing, Func<double[]?>? factors = null)
{
    private readonly Dictionary<ImageScore, BatchValues> _scores = [];
    private int _count;

    public void Begin(int count)
    {
        _count = count;
        foreach (var score in _scores.Values)
            score.Begin(count);
    }

    /// <summary>Makes a getter for the row of a slot: of a vector where the score is one of every pixel, else of a Single.</summary>
    public Delegate MakeGetter(ImageScore score, RowSlot slot)
    {
        var isMap = score == ImageScore.SquaredError;
        if (!_scores.TryGetValue(score, out var values))
        {
            _scores[score] = values = new BatchValues(isMap ? shape.Size : 1, results => Compute(score, results), isMissing)
            {
                Stage = ScoringTelemetry.Score,
            };
            values.Begin(_count);
        }
        return isMap ? values.MakeVectorGetter(slot) : values.MakeNumberGetter(slot);
    }

    private void Compute(ImageScore score, float[] results)
    {
        var (targets, reconstructions) = images();
        var factor = factors?.Invoke();
        void Score(int row)
        {
            var target = targets.AsSpan(row * shape.Size, shape.Size);
            var reconstruction = reconstructions.AsSpan(row * shape.Size, shape.Size);
            if (score == ImageScore.SquaredError)
                ReconstructionScores.SquaredError(target, reconstruction, results.AsSpan(row * shape.Size, shape.Size));
            else
                results[row] = (float)(ReconstructionScores.Compute(score, target, reconstruction, shape) * (factor?[row] ?? 1));
        }

        // Errors are computed sooner than a second thread wakes up. A single row may be one of many engines that work side by side.
        if (score == ImageScore.StructuralSimilarity && _count > 1)
            Parallel.For(0, _count, Score);
        else
            for (var row = 0; row < _count; row++)
                Score(row);
    }
}
