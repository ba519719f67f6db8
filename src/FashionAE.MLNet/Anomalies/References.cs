namespace FashionAE.MLNet;

/// <summary>Draws a sample of the training data with which new images are compared.</summary>
internal static class References
{
    /// <summary>The largest number of nearest neighbors. The time to keep them in order grows with the square of this number.</summary>
    public const int MostNeighbors = 1000;

    /// <summary>Draws a sample.</summary>
    /// <param name="images">The training data.</param>
    /// <param name="most">The largest number of vectors to draw.</param>
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
                // All subsets of that size are equally likely (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
                if (random.NextDouble() * left >= wanted)
                    continue;
                describe(batch, row, sample.AsSpan((length - wanted) * size, size));
                wanted--;
            }
        return sample;
    }
}
