using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Computes the center and the width of each slot of vectors, for single precision.</summary>
internal sealed class SlotStatistics : IDisposable
{
    // If the width relative to the center is at most this, all values are equal except for rounding errors.
    private const double Rounding = 1e-12;

    private readonly ISlotCenters _centers;
    private readonly bool _masksMissing;
    private readonly bool _isOfTargets;
    private long _rows;

    public SlotStatistics(VectorArchitecture architecture, bool isOfTargets, long rows, int seed)
    {
        (_masksMissing, _isOfTargets) = (architecture.MasksMissing, isOfTargets);
        var length = architecture.InputShape.Size;
        _centers = architecture.Scaling switch
        {
            FeatureScaling.MinMax => new Extremes(length),
            FeatureScaling.Robust => new Quartiles(length, rows, seed),
            _ => new Moments(length),
        };
    }

    /// <summary>Adds rows, float32 [N, L].</summary>
    /// <exception cref="ArgumentException">A value is infinite, or NaN where missing values are not allowed.</exception>
    public void Add(Tensor rows)
    {
        var values = rows.to(ScalarType.Float64);
        var isBad = _masksMissing ? values.isinf() : values.isfinite().logical_not();
        if (isBad.any().item<bool>())
        {
            var place = isBad.nonzero()[0].data<long>().ToArray();
            throw new ArgumentException(
                $"Row {_rows + place[0]} has the value {values[place[0], place[1]].item<double>()} in slot {place[1]}: replace it"
                + (_masksMissing ? "." : ", or set MissingValues to Mask if NaN is a missing value."), nameof(rows));
        }
        _rows += values.shape[0];
        _centers.Add(values);
    }

    /// <summary>Returns the offset and the scale of each slot. A slot with equal values has a scale of 1.</summary>
    /// <exception cref="EmptySlotException">A slot has no value.</exception>
    /// <exception cref="ArgumentException">The range of a slot's values is too wide for single precision.</exception>
    public (float[] Offsets, float[] Scales) Finish()
    {
        var (centers, widths) = _centers.Finish();
        var scales = new float[widths.Length];
        for (var slot = 0; slot < scales.Length; slot++)
        {
            if (double.IsNaN(centers[slot]))
                throw new EmptySlotException(slot, _isOfTargets);
            var width = (float)widths[slot];
            if (!float.IsFinite(width))
                throw new ArgumentException($"Slot {slot} has values that are too far apart for single precision: {widths[slot]:G3}.");
            // A subnormal width is not precise enough.
            scales[slot] = widths[slot] > Rounding * Math.Abs(centers[slot]) && float.IsNormal(width) ? width : 1;
        }
        return (Array.ConvertAll(centers, center => (float)center), scales);
    }

    public void Dispose() => _centers.Dispose();
}

/// <summary>Accumulates statistics of slots over rows. NaN values are ignored.</summary>
internal interface ISlotCenters : IDisposable
{
    /// <summary>Adds rows, float64 [N, L].</summary>
    void Add(Tensor values);

    /// <summary>Returns the center and the width of each slot. The center of a slot without values is NaN.</summary>
    (double[] Offsets, double[] Scales) Finish();
}

/// <summary>
/// Computes means and variances. The mean and variance of each batch are combined with those of earlier batches, so that no digits are lost
/// for values far from 0 (Chan, Golub and LeVeque 1983, The American Statistician 37).
/// </summary>
internal sealed class Moments(int length) : ISlotCenters
{
    private readonly Tensor _count = zeros([length], ScalarType.Float64).DetachFromDisposeScope();
    private readonly Tensor _mean = zeros([length], ScalarType.Float64).DetachFromDisposeScope();
    private readonly Tensor _squares = zeros([length], ScalarType.Float64).DetachFromDisposeScope();

    public void Add(Tensor values)
    {
        var isThere = values.isnan().logical_not();
        var count = isThere.sum([0], type: ScalarType.Float64);
        var known = where(isThere, values, zeros_like(values));
        // A slot without values in the batch has the mean 0 and the weight 0.
        var divisor = maximum(count, ones_like(count));
        var mean = known.sum([0]) / divisor;
        var differences = where(isThere, values - mean, zeros_like(values));
        var squares = (differences * differences).sum([0]);
        var total = _count.Plus(count);
        var share = count / maximum(total, ones_like(total));
        var shift = mean - _mean;
        _squares.Plus_(squares).Plus_(shift * shift * _count * share);
        _mean.Plus_(shift * share);
        _count.copy_(total);
    }

    public (double[] Offsets, double[] Scales) Finish() => (
        (_mean * (_count / _count)).data<double>().ToArray(), (_squares / _count).sqrt().data<double>().ToArray());

    public void Dispose()
    {
        _count.Dispose();
        _mean.Dispose();
        _squares.Dispose();
    }
}

/// <summary>Computes the minimum and the range of each slot.</summary>
internal sealed class Extremes(int length) : ISlotCenters
{
    private readonly Tensor _least = Repeated(double.PositiveInfinity, length);
    private readonly Tensor _most = Repeated(double.NegativeInfinity, length);

    public void Add(Tensor values)
    {
        var isMissing = values.isnan();
        _least.copy_(minimum(_least, where(isMissing, tensor(double.PositiveInfinity), values).amin([0])));
        _most.copy_(maximum(_most, where(isMissing, tensor(double.NegativeInfinity), values).amax([0])));
    }

    public (double[] Offsets, double[] Scales) Finish()
    {
        double[] least = [.. _least.data<double>()], most = [.. _most.data<double>()];
        var scales = least.Zip(most, (a, b) => b - a).ToArray();
        return (Array.ConvertAll(least, value => double.IsInfinity(value) ? double.NaN : value), scales);
    }

    public void Dispose()
    {
        _least.Dispose();
        _most.Dispose();
    }

    private static Tensor Repeated(double value, int count) =>
        tensor(Enumerable.Repeat(value, count).ToArray()).DetachFromDisposeScope();
}

/// <summary>
/// Computes medians and quartiles of a random sample, or of all rows if there are few. If the sample has no value for a slot, or the
/// quartiles of the slot are equal, its mean and standard deviation are used instead.
/// </summary>
internal sealed class Quartiles(int length, long rows, int seed) : ISlotCenters
{
    private const int MostRows = 100_000;
    private const int FewestRows = 1000;
    private const int MostValues = 1 << 25;

    private readonly Random _random = new(seed);
    private readonly Moments _moments = new(length);
    private readonly List<float[]> _sample = [];
    private readonly long _wanted = Math.Min(rows, Math.Clamp(MostValues / length, FewestRows, MostRows));
    private long _left = rows;

    public void Add(Tensor values)
    {
        _moments.Add(values);
        var count = values.shape[0];
        for (var row = 0L; row < count; row++, _left--)
        {
            // Every subset of that size is equally likely (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
            if (_random.NextDouble() * _left >= _wanted - _sample.Count)
                continue;
            using var chosen = values[row].to(ScalarType.Float32);
            _sample.Add([.. chosen.data<float>()]);
        }
    }

    public (double[] Offsets, double[] Scales) Finish()
    {
        var (offsets, scales) = _moments.Finish();
        for (var slot = 0; slot < length; slot++)
        {
            var sorted = _sample.Select(row => row[slot]).Where(value => !float.IsNaN(value)).Order().ToArray();
            if (sorted.Length > 0 && Quantile(sorted, 0.75) - Quantile(sorted, 0.25) is > 0 and var width)
                (offsets[slot], scales[slot]) = (Quantile(sorted, 0.5), width);
        }
        return (offsets, scales);
    }

    public void Dispose()
    {
        _moments.Dispose();
        _sample.Clear();
    }

    // Linear interpolation between two values, like numpy.quantile.
    private static double Quantile(float[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var (low, part) = ((int)place, place - (int)place);
        return sorted[low] + part * ((double)sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]);
    }
}
