namespace FashionAE.MLNet;

/// <summary>
/// The two-sample test of Kolmogorov and Smirnov: whether two samples come from one distribution, by the largest difference of the shares
/// that are not above a value.
/// </summary>
/// <param name="Statistic">The largest difference of the shares, within [0, 1].</param>
/// <param name="PValue">The probability of a difference as large, where both samples come from one distribution.</param>
/// <param name="IsHigher">Whether the second sample has the higher values where the difference is largest.</param>
internal readonly record struct KolmogorovSmirnov(double Statistic, double PValue, bool IsHigher)
{
    /// <summary>Compares two samples.</summary>
    /// <param name="first">A sample in ascending order, not empty and without NaN.</param>
    /// <param name="second">The other one.</param>
    public static KolmogorovSmirnov Test(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var largest = LargestDifference(first, second);
        return new(
            Math.Abs(largest) / ((double)first.Length * second.Length),
            ProbabilityOf(Math.Abs(largest), first.Length, second.Length), largest > 0);
    }

    /// <summary>
    /// Computes the largest difference of the shares, times both lengths: a whole number, so that equal differences are equal. It is
    /// positive where more of the first sample than of the second is not above the value.
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
    /// Computes the probability that the largest difference of two samples from one continuous distribution is as large (Hodges 1958, Arkiv
    /// för Matematik 3): all orders of the values are equally likely, and each is a path through the grid of (i, j), the counts of passed
    /// values. It is exact; where values are equal, the true probability is lower.
    /// </summary>
    private static double ProbabilityOf(long difference, int first, int second)
    {
        if (difference == 0)
            return 1;
        // The probability that a path to (i, j) has been where the difference is as large. All terms are positive: small ones are exact.
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
