using FashionAE.MLNet.Tests.Support;

namespace FashionAE.MLNet.Tests.Scores;

public class RankCurveTests
{
    [Theory]
    [MemberData(nameof(RecordedMetrics.Images), MemberType = typeof(RecordedMetrics))]
    public void Figures_are_those_of_scikit_learn(string name)
    {
        var recorded = RecordedMetrics.Case("images", name);
        var (scores, labels) = (recorded.Singles("scores"), recorded.Flags("labels"));
        var curve = Rank(scores, labels);
        Assert.Equal(recorded.Number("auroc"), curve.AreaUnderRoc(), 1e-12);
        Assert.Equal(recorded.Number("average_precision"), curve.AveragePrecision(), 1e-12);

        var (best, threshold) = curve.BestF1();
        Assert.Equal(recorded.Number("best_f1"), best, 1e-12);
        // The detector's rule with that threshold results in that score.
        Assert.Equal(best, F1(scores, labels, score => !(score <= threshold)), 1e-12);
    }

    [Fact]
    public void The_threshold_is_the_middle_of_the_gap()
    {
        Assert.Equal((1, 3f), Rank([1, 2, 4, 5], [false, false, true, true]).BestF1());
        // If there is no gap for a threshold, the detector calls everything an anomaly.
        Assert.Equal((2 / 3.0, float.BitDecrement(1)), Rank([1, 1], [false, true]).BestF1());
        Assert.Equal((1, float.MaxValue), Rank([float.MaxValue, float.PositiveInfinity], [false, true]).BestF1());
        Assert.Equal((1, float.PositiveInfinity), Rank([float.PositiveInfinity, float.NaN], [false, true]).BestF1());
        Assert.Equal((2 / 3.0, float.PositiveInfinity), Rank([float.NaN, float.NaN], [false, true]).BestF1());
        // There is no float between neighboring values.
        Assert.Equal((1, 1f), Rank([1, float.BitIncrement(1)], [false, true]).BestF1());
        Assert.Equal((1, -1.5f), Rank([-2, -1], [false, true]).BestF1());
    }

    [Fact]
    public void Of_equally_good_thresholds_the_highest_is_taken()
    {
        // Only 5 is marked: F1 = 2 / 3, the same as when all are marked.
        var (best, threshold) = Rank([1, 2, 3, 5], [true, false, false, true]).BestF1();
        Assert.Equal((2 / 3.0, 4f), (best, threshold));
    }

    [Fact]
    public void The_area_under_the_overlap_ends_exactly_at_the_limit()
    {
        // Falling thresholds: half of the anomalies at a rate of 0, a rate of 0.5 at 2, and all anomalies at 1, where the rate stays 0.5.
        float[] scores = [3, 2, 1, 0];
        bool[] labels = [true, false, true, false];
        Assert.Equal(0.5, Rank(scores, labels).AreaUnderOverlap(2, 0.5), 1e-15);
        Assert.Equal(0.5, Rank(scores, labels).AreaUnderOverlap(2, 0.25), 1e-15);
        // Beyond 0.5 all anomalies are covered.
        Assert.Equal((0.5 * 0.5 + 0.25 * 1) / 0.75, Rank(scores, labels).AreaUnderOverlap(2, 0.75), 1e-15);
    }

    [Fact]
    public void Only_more_values_than_the_capacity_are_merged()
    {
        float[] scores = [.. Enumerable.Range(1, 65).Select(i => (float)i)];
        bool[] labels = [.. scores.Select(score => score > 30)];
        Assert.Equal((0, 1.0), (Dropped(64), Rank(scores[..64], labels[..64], capacity: 64).AreaUnderRoc()));
        Assert.True(Dropped(65) > 0);
        int Dropped(int count)
        {
            var curve = Rank(scores[..count], labels[..count], capacity: 64);
            curve.AreaUnderRoc();
            return curve.DroppedBits;
        }
    }

    [Fact]
    public void Order_does_not_matter()
    {
        var (scores, labels) = Draw(20_000, seed: 1);
        var shuffled = Enumerable.Range(0, scores.Length).ToArray();
        new Random(2).Shuffle(shuffled);
        var (one, other) = (Rank(scores, labels), Rank([.. shuffled.Select(i => scores[i])], [.. shuffled.Select(i => labels[i])]));
        Assert.Equal(one.AreaUnderRoc(), other.AreaUnderRoc());
        Assert.Equal(one.AveragePrecision(), other.AveragePrecision(), 1e-12);
        Assert.Equal(one.BestF1(), other.BestF1());
        Assert.Equal(one.AreaUnderOverlap(one.AnomalyCount, 0.3), other.AreaUnderOverlap(other.AnomalyCount, 0.3), 1e-12);
    }

    [Fact]
    public void Many_values_are_ranked_as_pairs_say()
    {
        var (scores, labels) = Draw(20_000, seed: 3);
        var (above, pairs) = (0.0, 0L);
        foreach (var anomaly in scores.Where((_, i) => labels[i]))
            foreach (var normal in scores.Where((_, i) => !labels[i]))
                (above, pairs) = (above + (anomaly > normal ? 1 : 0) + (anomaly == normal ? 0.5 : 0), pairs + 1);
        var curve = Rank(scores, labels);
        Assert.Equal(above / pairs, curve.AreaUnderRoc(), 1e-12);
        Assert.Equal(0, curve.DroppedBits);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.99f)]
    public void Beyond_its_capacity_values_are_merged_and_figures_hardly_change(float offset)
    {
        var (scores, labels) = Draw(400_000, seed: 4);
        // With an offset, all values are in few octaves.
        scores = Array.ConvertAll(scores, score => offset + 0.01f * score);
        var (exact, merged) = (Rank(scores, labels), Rank(scores, labels, capacity: 1 << 16));
        Assert.Equal(0, exact.DroppedBits);
        Assert.InRange(merged.DroppedBits, 1, 16);
        Assert.Equal(exact.AreaUnderRoc(), merged.AreaUnderRoc(), 1e-6);
        Assert.Equal(exact.AreaUnderOverlap(exact.AnomalyCount, 0.3), merged.AreaUnderOverlap(exact.AnomalyCount, 0.3), 1e-6);
        // Average precision depends most on the few highest scores, which ties change more.
        Assert.Equal(exact.AveragePrecision(), merged.AveragePrecision(), 1e-4);
        var threshold = merged.BestF1().Threshold;
        Assert.Equal(merged.BestF1().Score, F1(scores, labels, score => score > threshold), 1e-12);
    }

    [Fact]
    [Trait("Pace", "slow")]
    public void Memory_is_bounded()
    {
        var random = new Random(5);
        var curve = new RankCurve();
        for (var i = 0; i < 12_000_000; i++)
        {
            var error = random.NextSingle() * random.NextSingle();
            if (i % 100 == 0)
                curve.AddAnomaly(error + 0.2f);
            else
                curve.AddNormal(error);
        }
        Assert.True(curve.DroppedBits > 0);
        // The product of two uniform numbers is below x with probability x - x ln x. The integral uses the midpoint rule.
        static double Below(double x) => x >= 1 ? 1 : x - x * Math.Log(x);
        const int Steps = 2000;
        var expected = Enumerable.Range(0, Steps * Steps).Sum(i => Below((i / Steps + 0.5) / Steps * (i % Steps + 0.5) / Steps + 0.2)) / Steps / Steps;
        Assert.Equal(expected, curve.AreaUnderRoc(), 2e-3);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, 400_000_000);
        GC.KeepAlive(curve);
    }

    private static RankCurve Rank(float[] scores, bool[] labels, int capacity = RankCurve.UsualCapacity)
    {
        var curve = new RankCurve(capacity);
        foreach (var (score, label) in scores.Zip(labels))
        {
            if (label)
                curve.AddAnomaly(score);
            else
                curve.AddNormal(score);
        }
        return curve;
    }

    private static double F1(float[] scores, bool[] labels, Func<float, bool> isMarked)
    {
        var found = scores.Where((score, i) => labels[i] && isMarked(score)).Count();
        return 2.0 * found / (scores.Count(isMarked) + labels.Count(label => label));
    }

    private static (float[] Scores, bool[] Labels) Draw(int count, int seed)
    {
        var random = new Random(seed);
        var labels = Enumerable.Range(0, count).Select(_ => random.Next(10) == 0).ToArray();
        return (Array.ConvertAll(labels, label => (float)(random.NextDouble() * random.NextDouble() + (label ? 0.3 * random.NextDouble() : 0))), labels);
    }
}
