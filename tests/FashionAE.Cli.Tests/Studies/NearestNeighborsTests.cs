using FsCheck;
using FsCheck.Fluent;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests.Studies;

public class NearestNeighborsTests
{
    [Fact]
    public void Accuracy_equals_that_of_an_exhaustive_search()
    {
        // Coordinates have few bits, so that distances are exact in single precision and only true ties are equal.
        var coordinate = Gen.Choose(-1024, 1024).Select(value => value / 16f);
        var cases = from dimensions in Gen.Choose(1, 4)
                    from classes in Gen.Choose(1, 5)
                    from known in coordinate.ArrayOf(dimensions).ArrayOf(40)
                    from knownLabels in Gen.Choose(0, classes - 1).ArrayOf(40)
                    from points in coordinate.ArrayOf(dimensions).ArrayOf(20)
                    from labels in Gen.Choose(0, classes - 1).ArrayOf(20)
                    from neighbors in Gen.Choose(1, 40)
                    select (known, knownLabels, points, labels, neighbors);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var votes = c.points.Select(point => Vote(c.known, c.knownLabels, point, c.neighbors)).ToArray();
            if (votes.Contains(null)) // two points at the same distance compete for the last place
                return;
            using var scope = NewDisposeScope();
            var actual = NearestNeighbors.Accuracy(Matrix(c.known), Labels(c.knownLabels), Matrix(c.points), Labels(c.labels), c.neighbors);
            Assert.Equal(votes.Zip(c.labels).Count(pair => pair.First == pair.Second) / 20.0, actual, 12);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Points_beyond_one_step_are_counted()
    {
        using var scope = NewDisposeScope();
        // 1,001 points on a line. Each is its own nearest neighbor. The labels of the last 100 are wrong.
        var points = Enumerable.Range(0, 1001).Select(i => new[] { (float)i }).ToArray();
        var truth = Enumerable.Range(0, 1001).Select(i => i % 7).ToArray();
        var wrong = truth.Select((label, i) => i > 900 ? label + 1 : label).ToArray();
        Assert.Equal(901 / 1001.0, NearestNeighbors.Accuracy(Matrix(points), Labels(truth), Matrix(points), Labels(wrong), 1), 12);
    }

    [Fact]
    public void Inconsistent_points_are_rejected()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => NearestNeighbors.Accuracy(zeros([5, 2]), zeros([4], int64), zeros([3, 2]), zeros([3], int64), 1));
        Assert.Throws<ArgumentException>(() => NearestNeighbors.Accuracy(zeros([5, 2]), zeros([5], int64), zeros([3, 2]), zeros([2], int64), 1));
        Assert.Throws<ArgumentException>(() => NearestNeighbors.Accuracy(zeros([5, 2]), zeros([5], int64), zeros([3, 1]), zeros([3], int64), 1));
        Assert.Throws<ArgumentException>(() => NearestNeighbors.Accuracy(zeros([5, 2]), zeros([5], int64), zeros([0, 2]), zeros([0], int64), 1));
        foreach (var neighbors in new[] { -1, 0, 6 })
            Assert.Throws<ArgumentOutOfRangeException>(
                () => NearestNeighbors.Accuracy(zeros([5, 2]), zeros([5], int64), zeros([3, 2]), zeros([3], int64), neighbors));
    }

    /// <summary>Computes the majority class of the nearest points, the lowest in a tie; null if two points compete for the last place.</summary>
    private static int? Vote(float[][] known, int[] knownLabels, float[] point, int neighbors)
    {
        var sorted = known
            .Select((k, i) => (Distance: k.Zip(point).Sum(p => Math.Pow((double)p.First - p.Second, 2)), Label: knownLabels[i]))
            .OrderBy(p => p.Distance)
            .ToArray();
        return neighbors < sorted.Length && sorted[neighbors - 1].Distance == sorted[neighbors].Distance
            ? null
            : sorted.Take(neighbors).GroupBy(p => p.Label).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
    }

    private static Tensor Matrix(float[][] rows) => torch.tensor(rows.SelectMany(row => row).ToArray()).reshape(rows.Length, -1);

    private static Tensor Labels(int[] labels) => torch.tensor(labels.Select(label => (long)label).ToArray());
}
