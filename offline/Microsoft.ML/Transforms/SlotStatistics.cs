using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>What normalizing needs to know of the numbers in each slot of a column.</summary>
internal sealed class SlotStatistics<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[] _least;
    private readonly T[] _most;
    private readonly long[] _counts;
    private readonly double[] _means;
    private readonly double[] _squares;

    public SlotStatistics(int size)
    {
        (_least, _most) = (new T[size], new T[size]);
        (_counts, _means, _squares) = (new long[size], new double[size], new double[size]);
        Array.Fill(_least, T.PositiveInfinity);
        Array.Fill(_most, T.NegativeInfinity);
    }

    /// <summary>Adds a row. The extremes leave out what is no number, the mean and the variance infinities too.</summary>
    public void Add(T[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (value < _least[i])
                _least[i] = value;
            if (value > _most[i])
                _most[i] = value;
            if (!T.IsFinite(value))
                continue;
            // Welford 1962: the squares of the distances to the mean, without cancellation.
            var number = double.CreateTruncating(value);
            var distance = number - _means[i];
            _means[i] += distance / ++_counts[i];
            _squares[i] += distance * (number - _means[i]);
        }
    }

    public (T Scale, T Offset) MinMax(int slot, bool fixZero)
    {
        var (least, most) = (_least[slot], _most[slot]);
        if (!(most > least))
            return (T.Zero, T.Zero);
        return fixZero ? (T.One / T.Max(T.Abs(least), T.Abs(most)), T.Zero) : (T.One / (most - least), least);
    }

    public (T Scale, T Offset) MeanVariance(int slot, bool fixZero)
    {
        var (mean, variance) = (_means[slot], _squares[slot] / Math.Max(1, _counts[slot]));
        if (variance == 0)
            return (T.Zero, T.Zero);
        return fixZero
            ? (T.One / T.CreateTruncating(Math.Sqrt(variance + mean * mean)), T.Zero)
            : (T.One / T.CreateTruncating(Math.Sqrt(variance)), T.CreateTruncating(mean));
    }
}
