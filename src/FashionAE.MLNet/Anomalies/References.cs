namespace FashionAE.MLNet;

/// <summary>A sample of the training data that new images are compared with.</summary>
internal static class References
{
    /// <summary>How many of a sample are compared at most: the time to keep the nearest ones in order grows with the square.</summary>
    public const int MostNeighbors = 1000;

    /// <summary>Draws a sample.</summary>
    /// <param name="images">The training data.</param>
    /// <param name="most">How many are drawn at most.</param>
    /// <param name="size">The length of a vector.</param>
    /// <param name="describe">Computes the vector of a row of a batch.</param>
    /// <returns>The vectors, one after the other.</returns>
    public static float[] Draw(LearningImages images, int most, int size, Action<ReconstructedImages, int, Span<float>> describe)
    {
        var length = (int)Math.Min(most, images.TrainingCount);
        var sample = new float[(long)length * size];
        var random = new Random(images.Seed);
        var (left, wanted) = (images.TrainingCount, length);
        foreach (var batch in images.Training)
            for (var row = 0; row < batch.Count; row++, left--)
            {
                // Every subset of that length is as likely as any other (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
                if (random.NextDouble() * left >= wanted)
                    continue;
                describe(batch, row, sample.AsSpan((length - wanted) * size, size));
                wanted--;
            }
        return sample;
    }
}
