namespace FashionAE.MLNet;

/// <summary>
/// The two-sample Kolmogorov-Smirnov test. It tests whether two samples come from the same distribution. For each value, it compares the
/// shares of the samples that are at most this value, and uses the largest difference.
/// </summary>
/// <param name="Statistic">The largest difference between the shares, within [0, 1].</param>
/// <param name="PValue">The probability of a difference at least this large if both samples come from the same distribution.</param>
/// <param name="IsHigher">Whether the second sample has the higher values where the difference is largest.</param>
internal readonly record struct KolmogorovSmirnov(double Statistic, double PValue, bool IsHigher)
{
    /// <summary>Compares two samples.</summary>
    /// <param name="first">The first sample in ascending order, not empty and without NaN.</param>
    /// <param name="second">The second sample, with the same requirements.</param>
    public static KolmogorovSmirnov Test(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var largest = LargestDifference(first, second);
        return new(
            Math.Abs(largest) / ((double)first.Length * second.Length),
            ProbabilityOf(Math.Abs(largest), first.Length, second.Length), largest > 0);
    }

    /// <summary>
    /// Computes the largest difference between the shares, multiplied by both lengths. It is an integer, so that equal differences compare
    /// as equal. It is positive if the share of the first sample is the larger one.
    /// </summary>
    public static long LargestDifference(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var (i, j, largest) = (0, 0, 0L);
        while (i < first.Length && j < second.Length)
        {
            var value = Math.Min(first[i], second[j]);
            // Equal values are passed together.
            while (i < first.Length && first[i] <= value)
                i++;
            while (j < second.Length && second[j] <= value)
                j++;
            var difference = (long)i * second.Length - (long)j * first.Length;
            if (Math.Abs(difference) > Math.Abs(largest))
                largest = difference;
        }
        return largest;
    }

    /// <summary>
    /// Computes the probability that the largest difference between two samples from one continuous distribution is at least this large
    /// (Hodges 1958, Arkiv för Matematik 3). All orders of the values are equally likely, and each is a path through the grid of (i, j),
    /// the numbers of values passed in each sample. The result is exact if all values differ, otherwise an upper bound.
    /// </summary>
    private static double ProbabilityOf(long difference, int first, int second)
    {
        if (difference == 0)
            return 1;
        // The probability that a path to (i, j) has reached a point where the difference is that large. All terms are positive, so that
        // small probabilities are exact.
        var reached = new double[second + 1];
        for (var i = 0; i <= first; i++)
            for (var j = 0; j <= second; j++)
            {
                if (Math.Abs((long)i * second - (long)j * first) >= difference)
                    reached[j] = 1;
                else if (i + j > 0)
                    reached[j] = (i * reached[j] + (j > 0 ? j * reached[j - 1] : 0)) / (i + j);
            }
        return reached[second];
    }
}
