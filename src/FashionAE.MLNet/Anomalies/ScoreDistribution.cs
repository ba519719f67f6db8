namespace FashionAE.MLNet;

/// <summary>
/// The distribution of the scores of normal rows, estimated from held-out rows. Between the scores of these rows, the distribution function
/// is linear. Above the highest score, the share of higher scores falls exponentially, at a rate given by the mean excess of the highest
/// tenth. The tails of most distributions are close to a generalized Pareto distribution (Pickands 1975, Annals of Statistics 3). It is
/// exponential if its shape parameter is 0, as is assumed here. Below the lowest score the distribution approaches 0, so that scores keep
/// their order.
/// </summary>
internal sealed class ScoreDistribution
{
    /// <summary>
    /// The largest relative difference that rounding causes between scores of the same image. An error of 0.001 that is the difference of
    /// two values near 1 has only about three exact digits.
    /// </summary>
    public const double Rounding = 1e-3;

    /// <summary>The largest number of quantiles to keep.</summary>
    public const int MostKnots = 2000;

    private const int TailParts = 10;
    private const int FewestOfTail = 10;

    /// <param name="numbers">The values of <see cref="Numbers"/> of the distribution.</param>
    public ScoreDistribution(float[] numbers) => Numbers = numbers;

    /// <summary>Gets the values that a file contains: the knots in ascending order, then the mean excess.</summary>
    public float[] Numbers { get; }

    private ReadOnlySpan<float> Knots => Numbers.AsSpan(..^1);

    private double Excess => Numbers[^1];

    /// <summary>Creates the distribution of scores.</summary>
    /// <param name="sorted">The scores in ascending order, at least one, without NaN.</param>
    public static ScoreDistribution Of(double[] sorted)
    {
        var knots = Quantiles(sorted);
        var tail = Math.Min(sorted.Length - 1, Math.Max(FewestOfTail, sorted.Length / TailParts));
        var excess = tail == 0 ? 0 : sorted[^tail..].Average() - sorted[^(tail + 1)];
        // The mean excess must be above 0 even if all scores are equal, because any higher score is then unusual.
        return new ScoreDistribution([.. knots, (float)Math.Max(excess, Math.Max(0.01 * Math.Abs(knots[^1]), 1e-30))]);
    }

    /// <summary>Checks whether values, such as those of a file, are a valid distribution.</summary>
    public static bool Is(float[] numbers)
    {
        for (var i = 1; i < numbers.Length - 1; i++)
            if (numbers[i] < numbers[i - 1])
                return false;
        return numbers.Length >= 2 && Array.TrueForAll(numbers, float.IsFinite) && numbers[^1] > 0;
    }

    /// <summary>Computes evenly spaced quantiles. These are the scores themselves if there are at most <see cref="MostKnots"/>.</summary>
    public static float[] Quantiles(double[] sorted)
    {
        var count = Math.Min(MostKnots, sorted.Length);
        return [.. Enumerable.Range(1, count).Select(i => (float)Quantile(sorted, i / (count + 1.0)))];
    }

    /// <summary>
    /// Computes the score that the given share of rows is expected not to exceed (Hyndman and Fan 1996, definition 6). The expected share
    /// above the i-th of n scores is 1 - i / (n + 1). If the share is beyond that of the lowest or highest score, the result is that score.
    /// </summary>
    public static double Quantile(double[] sorted, double share)
    {
        var place = Math.Clamp(share * (sorted.Length + 1), 1, sorted.Length) - 1;
        var low = (int)place;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
    }

    /// <summary>
    /// Computes how rare a score is among normal rows: -ln(the share that scores higher). It is above 0 and increases with the score.
    /// </summary>
    public double Rarity(double score)
    {
        var knots = Knots;
        var excess = Excess;
        var count = knots.Length;
        // Many rows can have the same score. A score that is higher only by rounding must not count as rarer.
        score -= Rounding * Math.Abs(score);
        if (!(score < knots[^1]))
            return Math.Log(count + 1) + (score - knots[^1]) / excess;
        if (score <= knots[0])
            return -Math.Log(1 - 1 / ((count + 1) * (1 + (knots[0] - score) / excess)));
        // Find the last knot that is not above the score, so that equal knots are passed together.
        var (low, high) = (0, count - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = knots[middle] <= score ? (middle, high) : (low, middle);
        }
        var share = (low + 1 + (score - knots[low]) / ((double)knots[high] - knots[low])) / (count + 1);
        return -Math.Log(1 - share);
    }

    /// <summary>Adds <see cref="Rarity"/> of scores [N, 1] to the ONNX graph, in double precision.</summary>
    public OnnxValue Write(OnnxExport export, OnnxValue scores)
    {
        OnnxValue Row(double[] values) => export.Graph.Constant(StoredTensor.Of(values, 1, values.Length), "ranks");
        OnnxValue Number(double value) => export.Number(value, isDouble: true);
        var (knots, excess) = (Array.ConvertAll(Numbers[..^1], knot => (double)knot), Excess);
        var count = knots.Length;
        scores = export.Add("Sub", scores, export.Add("Mul", Number(Rounding), export.Add("Abs", scores)));
        var above = export.Add("Max", export.Add("Sub", scores, Number(knots[^1])), Number(0));
        var tail = export.Add("Div", above, Number(excess));
        var below = export.Add("Max", export.Add("Sub", Number(knots[0]), scores), Number(0));
        var share = export.Add(
            "Div", Number(1 / (count + 1.0)), export.Add("Add", Number(1), export.Add("Div", below, Number(excess))));
        if (count > 1)
        {
            // Each interval between two knots contributes the fraction of it that is below the score.
            var lows = knots[..^1];
            var scales = lows.Zip(knots[1..], (low, high) => 1 / Math.Max(high - low, 1e-300)).ToArray();
            var passed = export.Add("Mul", export.Add("Sub", scores, Row(lows)), Row(scales));
            var clipped = export.Add("Min", export.Add("Max", passed, Number(0)), Number(1));
            share = export.Add("Add", export.Add("Mul", export.Mean(clipped), Number((count - 1.0) / (count + 1))), share);
        }
        return export.Add("Sub", tail, export.Add("Log", export.Add("Sub", Number(1), share)));
    }
}
