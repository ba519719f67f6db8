using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Learns how a <see cref="VectorAutoencoder"/> scales the slots of vectors, in one pass over what it will be trained on, batch by batch
/// in memory that does not grow with the number of rows.
/// </summary>
internal static class ScalingLearning
{
    private const int LargestBatch = 1 << 20;

    // A standard deviation that is not more than this share of the mean is that of rounding: the values are equal.
    private const double Rounding = 1e-12;

    /// <summary>Learns it for a network that has not learned it before.</summary>
    /// <exception cref="ArgumentException">
    /// A slot has no value in any row, or one that is infinite or NaN where those are refused.
    /// </exception>
    public static void Learn(Autoencoder model, TrainingExamples examples, int seed, CancellationToken cancellationToken)
    {
        if (model is not VectorAutoencoder { Scaling: { HasLearned: false } scaling, Unscaling: { } unscaling }
            || model.Architecture is not VectorArchitecture architecture)
            return;
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var length = examples.Shape.Size;
        using ISlotStatistics statistics = architecture.Scaling switch
        {
            FeatureScaling.MinMax => new Extremes(length),
            FeatureScaling.Robust => new Quartiles(length, examples.Count, seed),
            _ => new Moments(length),
        };
        var finite = new FiniteSlots(architecture.MasksMissing);
        foreach (var batch in examples.InOrder(Math.Clamp(LargestBatch / length, 1, 4096), CPU))
        {
            using var step = NewDisposeScope();
            // The training ends before its first step.
            if (cancellationToken.IsCancellationRequested)
                return;
            var values = batch.Target.to(ScalarType.Float64);
            finite.Check(values);
            statistics.Add(values);
        }
        var (offsets, scales) = statistics.Finish();
        for (var slot = 0; slot < length; slot++)
        {
            if (double.IsNaN(offsets[slot]))
                throw new EmptySlotException(slot);
            if (scales[slot] <= Rounding * Math.Abs(offsets[slot]))
                scales[slot] = 1;
        }
        foreach (var layer in new[] { scaling, unscaling })
        {
            layer.Offset.copy_(tensor(offsets));
            layer.Scale.copy_(tensor(scales));
        }
        scaling.get_buffer(ScalingLayer.RowsName)!.copy_(tensor(examples.Count));
    }

    /// <summary>Every value of a slot is missing.</summary>
    public sealed class EmptySlotException(int slot)
        : ArgumentException($"Slot {slot} has no value in any row that is learned from: leave it out.")
    {
        public int Slot => slot;
    }

    /// <summary>What is known of the slots after some rows; values that are NaN are left out.</summary>
    private interface ISlotStatistics : IDisposable
    {
        /// <summary>Takes in rows, float64 [N, L].</summary>
        void Add(Tensor values);

        /// <summary>Gives the center and the width of every slot; NaN for one without values.</summary>
        (double[] Offsets, double[] Scales) Finish();
    }

    private sealed class FiniteSlots(bool allowsMissing)
    {
        private long _rows;

        public void Check(Tensor values)
        {
            var isBad = allowsMissing ? values.isinf() : values.isfinite().logical_not();
            if (isBad.any().item<bool>())
            {
                var place = isBad.nonzero()[0].data<long>().ToArray();
                throw new ArgumentException(
                    $"Row {_rows + place[0]} has the value {values[place[0], place[1]].item<double>()} in slot {place[1]}: replace it"
                    + (allowsMissing ? "." : ", or set MissingValues to Mask where NaN is a missing value."), nameof(values));
            }
            _rows += values.shape[0];
        }
    }

    /// <summary>
    /// Means and variances: those of a batch about its own mean, joined with those before (Chan, Golub and LeVeque 1983, The American
    /// Statistician 37), so that no digits are lost where values are far from 0.
    /// </summary>
    private sealed class Moments(int length) : ISlotStatistics
    {
        private readonly Tensor _count = zeros([length], ScalarType.Float64).DetachFromDisposeScope();
        private readonly Tensor _mean = zeros([length], ScalarType.Float64).DetachFromDisposeScope();
        private readonly Tensor _squares = zeros([length], ScalarType.Float64).DetachFromDisposeScope();

        public void Add(Tensor values)
        {
            var isThere = values.isnan().logical_not();
            var count = isThere.sum([0], type: ScalarType.Float64);
            var known = where(isThere, values, zeros_like(values));
            // A slot that is empty in the batch has a mean of 0, which weighs nothing.
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

    private sealed class Extremes(int length) : ISlotStatistics
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

    /// <summary>Medians and quartiles of a random sample, or of all rows where they are few.</summary>
    private sealed class Quartiles(int length, long rows, int seed) : ISlotStatistics
    {
        private const int MostRows = 100_000;
        private const int FewestRows = 1000;
        private const int MostValues = 1 << 25;

        private readonly Random _random = new(seed);
        private readonly List<float[]> _sample = [];
        private readonly long _wanted = Math.Min(rows, Math.Clamp(MostValues / length, FewestRows, MostRows));
        private long _left = rows;

        public void Add(Tensor values)
        {
            for (var row = 0L; row < values.shape[0]; row++, _left--)
            {
                // Every subset of that size is as likely as any other (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
                if (_random.NextDouble() * _left >= _wanted - _sample.Count)
                    continue;
                using var chosen = values[row].to(ScalarType.Float32);
                _sample.Add([.. chosen.data<float>()]);
            }
        }

        public (double[] Offsets, double[] Scales) Finish()
        {
            var (offsets, scales) = (new double[length], new double[length]);
            for (var slot = 0; slot < length; slot++)
            {
                var sorted = _sample.Select(row => row[slot]).Where(value => !float.IsNaN(value)).Order().ToArray();
                offsets[slot] = Quantile(sorted, 0.5);
                scales[slot] = Quantile(sorted, 0.75) - Quantile(sorted, 0.25);
            }
            return (offsets, scales);
        }

        public void Dispose() => _sample.Clear();

        // Between two values by the straight line, as numpy.quantile does.
        private static double Quantile(float[] sorted, double share)
        {
            if (sorted.Length == 0)
                return double.NaN;
            var place = share * (sorted.Length - 1);
            var (low, part) = ((int)place, place - (int)place);
            return sorted[low] + part * ((double)sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]);
        }
    }
}
