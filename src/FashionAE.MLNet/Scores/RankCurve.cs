namespace FashionAE.MLNet;

/// <summary>
/// Ranks normal and anomalous values. Computes the ROC curve, precision, F1, and the overlap of regions at every threshold. Thresholds go
/// from the highest value to the lowest. Equal values are marked at the same threshold; NaN counts as the highest value.
/// </summary>
/// <remarks>
/// Memory is bounded. Distinct values are counted in a sorted table. If it exceeds its capacity, values that differ only in their lowest
/// bits are merged, and count as equal from then on. Each time, one more bit is ignored. Up to the capacity, every metric is exact. Beyond
/// it, the areas hardly change (by less than 1e-6 in the tests). Average precision changes more, because it depends most on the few highest
/// values.
/// </remarks>
/// <param name="capacity">The maximum number of distinct values in the table.</param>
internal sealed class RankCurve(int capacity = RankCurve.UsualCapacity)
{
    /// <summary>
    /// The default capacity. An entry has 32 bytes. While tables are merged, memory holds two tables of up to 2^21 + 2^20 entries each.
    /// </summary>
    public const int UsualCapacity = 1 << 21;

    private const int SmallestBuffer = 1 << 12;
    private const int LargestBuffer = 1 << 20;

    // Values that are not in the table yet. The weight 0 marks a normal value.
    private uint[] _keys = new uint[SmallestBuffer];
    private double[] _weights = new double[SmallestBuffer];
    private int _waiting;

    // The table, in ascending order of the keys.
    private Entry[] _table = [];
    private int _count;

    /// <summary>Gets the number of normal values.</summary>
    public long NormalCount { get; private set; }

    /// <summary>Gets the number of anomalous values.</summary>
    public long AnomalyCount { get; private set; }

    /// <summary>Gets the number of lowest bits of the values that are ignored; 0 as long as every metric is exact.</summary>
    public int DroppedBits { get; private set; }

    /// <summary>Adds a normal value.</summary>
    public void AddNormal(float value)
    {
        NormalCount++;
        Add(value, 0);
    }

    /// <summary>Adds an anomalous value, which covers a share of its region.</summary>
    /// <param name="value">The value.</param>
    /// <param name="share">The share, greater than 0. It matters only for <see cref="AreaUnderOverlap"/>.</param>
    public void AddAnomaly(float value, double share = 1)
    {
        AnomalyCount++;
        Add(value, share);
    }

    /// <summary>
    /// Computes the area under the ROC curve: the probability that an anomalous value is higher than a normal one. Equal values count half.
    /// </summary>
    public double AreaUnderRoc()
    {
        var (area, found) = (0.0, 0L);
        foreach (var entry in Descending())
        {
            area += (found + entry.Anomalies / 2.0) * entry.Normals;
            found += entry.Anomalies;
        }
        return area / NormalCount / AnomalyCount;
    }

    /// <summary>
    /// Computes the average precision as scikit-learn does: the sum of precisions, each weighted by the recall that it adds.
    /// </summary>
    public double AveragePrecision()
    {
        var (sum, found, marked) = (0.0, 0L, 0L);
        foreach (var entry in Descending())
        {
            found += entry.Anomalies;
            marked += entry.Anomalies + entry.Normals;
            sum += (double)entry.Anomalies * found / marked;
        }
        return sum / AnomalyCount;
    }

    /// <summary>
    /// Finds the best F1 score and its threshold: values above it are called anomalies. If several thresholds are equally good, it is the
    /// highest.
    /// </summary>
    /// <returns>
    /// The score, and the middle between the lowest value above the threshold and the highest value below it. If all values are above the
    /// threshold, or if bits are ignored, the threshold is the next float below the lowest value above it.
    /// </returns>
    public (double Score, float Threshold) BestF1()
    {
        var (best, found, marked) = ((Score: -1.0, Threshold: 0f), 0L, 0L);
        Merge();
        for (var i = _count - 1; i >= 0; i--)
        {
            found += _table[i].Anomalies;
            marked += _table[i].Anomalies + _table[i].Normals;
            var score = 2.0 * found / (marked + AnomalyCount);
            if (score > best.Score)
                best = (score, Below(ToValue(_table[i].Key), i > 0 && DroppedBits == 0 ? ToValue(_table[i - 1].Key) : null));
        }
        return best;
    }

    /// <summary>
    /// Computes the area under the per-region overlap curve (AUPRO, Bergmann et al. 2021). The curve shows the mean overlap of the regions
    /// as a function of the false positive rate. It starts at (0, 0) and is linear between thresholds. The area up to a limit of the rate
    /// is divided by that limit.
    /// </summary>
    /// <param name="regions">The number of regions: the sum of all shares.</param>
    /// <param name="limit">The highest false positive rate, greater than 0 and at most 1.</param>
    public double AreaUnderOverlap(long regions, double limit)
    {
        var (area, covered, alarms) = (0.0, 0.0, 0L);
        foreach (var entry in Descending())
        {
            var (rate, width) = ((double)alarms / NormalCount, (double)entry.Normals / NormalCount);
            // The last step may end at the limit. A step without normal examples has no width, and the quotient is then infinite.
            var part = Math.Min(1, (limit - rate) / width);
            area += part * width * (covered + part * entry.Share / 2);
            covered += entry.Share;
            alarms += entry.Normals;
            if ((double)alarms / NormalCount >= limit)
                break;
        }
        return area / regions / limit;
    }

    private IEnumerable<Entry> Descending()
    {
        Merge();
        for (var i = _count - 1; i >= 0; i--)
            yield return _table[i];
    }

    private void Add(float value, double share)
    {
        if (_waiting == _keys.Length)
        {
            Merge();
            // The buffer grows with the table, so that merging has a constant cost per value.
            if (Math.Clamp(_count, SmallestBuffer, LargestBuffer) is var wanted && wanted > _keys.Length)
                (_keys, _weights) = (new uint[wanted], new double[wanted]);
        }
        (_keys[_waiting], _weights[_waiting]) = (ToKey(value), share);
        _waiting++;
    }

    /// <summary>Merges the waiting values into the table.</summary>
    private void Merge()
    {
        if (_waiting == 0)
            return;
        Array.Sort(_keys, _weights, 0, _waiting);
        var merged = new Entry[_count + _waiting];
        var (count, old) = (0, 0);
        for (var i = 0; i < _waiting; i++)
        {
            var key = _keys[i] >> DroppedBits << DroppedBits;
            while (old < _count && _table[old].Key <= key)
                count = Append(merged, count, _table[old++]);
            var weight = _weights[i];
            count = Append(merged, count, weight > 0 ? new Entry(key, 0, 1, weight) : new Entry(key, 1, 0, 0));
        }
        while (old < _count)
            count = Append(merged, count, _table[old++]);
        _waiting = 0;
        while (count > capacity)
            count = DropBit(merged, count);
        (_table, _count) = (merged, count);
    }

    private int DropBit(Entry[] entries, int count)
    {
        DroppedBits++;
        var kept = 0;
        for (var i = 0; i < count; i++)
            kept = Append(entries, kept, entries[i] with { Key = entries[i].Key >> DroppedBits << DroppedBits });
        return kept;
    }

    /// <summary>Appends an entry, or adds it to the last one if the keys are equal.</summary>
    private static int Append(Entry[] entries, int count, Entry entry)
    {
        if (count > 0 && entries[count - 1] is var last && last.Key == entry.Key)
        {
            entries[count - 1] = new Entry(
                entry.Key, last.Normals + entry.Normals, last.Anomalies + entry.Anomalies, last.Share + entry.Share);
            return count;
        }
        entries[count] = entry;
        return count + 1;
    }

    /// <summary>Maps values to integers in the same order. Both zeros are equal, and every NaN is above infinity.</summary>
    private static uint ToKey(float value)
    {
        if (float.IsNaN(value))
            return uint.MaxValue;
        var bits = BitConverter.SingleToInt32Bits(value + 0f); // -0 + 0 is +0
        return (uint)bits ^ ((uint)(bits >> 31) | 0x8000_0000);
    }

    private static float ToValue(uint key) =>
        BitConverter.UInt32BitsToSingle((key & 0x8000_0000) != 0 ? key ^ 0x8000_0000 : ~key);

    private static float Below(float value, float? next)
    {
        if (next is not { } lower)
            return float.IsNaN(value) ? float.PositiveInfinity : float.BitDecrement(value);
        var middle = (float)(((double)lower + value) / 2);
        return middle < value ? middle : lower;
    }

    /// <summary>
    /// The counts of a value: how many normal and anomalous examples have it, and the sum of the shares of the anomalous ones.
    /// </summary>
    private readonly record struct Entry(uint Key, long Normals, long Anomalies, double Share);
}
