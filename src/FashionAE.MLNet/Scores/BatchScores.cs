namespace FashionAE.MLNet;

/// <summary>Computes the scores of the reconstructions of a batch of rows. Each is computed when a getter needs it.</summary>
/// <param name="shape">The shape of the images.</param>
/// <param name="images">Returns the target images and the reconstructions, one after the other. They are not changed.</param>
/// <param name="isMissing">Returns whether a row has an infinite or NaN pixel. Its scores are then missing (NaN).</param>
/// <param name="factors">Returns the factor for the mean squared error of each row; null if every factor is 1.</param>
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

    /// <summary>
    /// Creates a getter for the row of a slot. The getter returns a vector if each pixel has a score, otherwise a Single.
    /// </summary>
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

        // Errors are computed faster than a second thread starts. A single row may come from one of many parallel prediction engines, so it
        // is scored on the calling thread.
        if (score == ImageScore.StructuralSimilarity && _count > 1)
            Parallel.For(0, _count, Score);
        else
            for (var row = 0; row < _count; row++)
                Score(row);
    }
}
