namespace FashionAE.MLNet;

/// <summary>The values of latent vectors, slot by slot.</summary>
internal sealed class CodeSlots
{
    private readonly float[][] _sorted;

    /// <param name="codes">The latent vectors, one after the other.</param>
    /// <param name="size">The length of a latent vector.</param>
    public CodeSlots(ReadOnlySpan<float> codes, int size)
    {
        _sorted = new float[size][];
        for (var slot = 0; slot < size; slot++)
        {
            var values = new float[codes.Length / size];
            for (var row = 0; row < values.Length; row++)
                values[row] = codes[row * size + slot];
            Array.Sort(values);
            _sorted[slot] = values;
        }
    }

    /// <summary>Finds the slots whose values have changed, the largest change first.</summary>
    /// <param name="now">The slots of other rows.</param>
    /// <param name="level">The probability of finding any slot if nothing has changed.</param>
    public IReadOnlyList<MovedCode> Moved(CodeSlots now, double level)
    {
        // The Kolmogorov-Smirnov test for large samples. The p-value is the first term of the series for the limit distribution (Smirnov
        // 1948, Annals of Mathematical Statistics 19), an upper bound of the sum. The level is divided by the number of slots.
        var (first, second) = ((double)_sorted[0].Length, (double)now._sorted[0].Length);
        var least = Math.Sqrt(-Math.Log(level / _sorted.Length / 2) / 2 * (first + second) / (first * second));
        return
        [
            .. Enumerable.Range(0, _sorted.Length)
                .Select(slot => (Slot: slot, Difference: Math.Abs(
                    KolmogorovSmirnov.LargestDifference(_sorted[slot], now._sorted[slot]) / (first * second))))
                .Where(moved => moved.Difference > least).OrderByDescending(moved => moved.Difference)
                .Select(moved => Describe(moved.Slot, _sorted[moved.Slot], now._sorted[moved.Slot])),
        ];
    }

    private static MovedCode Describe(int slot, float[] then, float[] now)
    {
        static (double Mean, double Deviation) Moments(float[] values)
        {
            var mean = values.Average(value => (double)value);
            return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
        }

        var (before, after) = (Moments(then), Moments(now));
        return new MovedCode
        {
            // The slot names of the column of latent vectors.
            Name = $"Latent{slot + 1}",
            MeanThen = before.Mean,
            MeanNow = after.Mean,
            DeviationThen = before.Deviation,
            DeviationNow = after.Deviation,
        };
    }
}
