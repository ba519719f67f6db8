using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Studies.Judging;

/// <summary>How well classes can be told apart by position: classification by the nearest neighbors (Cover and Hart 1967).</summary>
public static class NearestNeighbors
{
    private const int RowsAtOnce = 250;

    /// <summary>The share of points whose class is that of most of their nearest known neighbors; of equal counts the lowest label wins.</summary>
    /// <param name="known">The known points, float32 [M, D].</param>
    /// <param name="knownLabels">Their classes, int64 [M], 0 or more.</param>
    /// <param name="points">The points to classify, float32 [N, D].</param>
    /// <param name="labels">Their true classes, int64 [N].</param>
    /// <param name="neighbors">How many neighbors vote, 1 to M.</param>
    /// <returns>The accuracy in [0, 1].</returns>
    /// <exception cref="ArgumentException">Shapes do not fit together.</exception>
    public static double Accuracy(Tensor known, Tensor knownLabels, Tensor points, Tensor labels, int neighbors = 15)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(knownLabels);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(labels);
        if (known.shape[0] != knownLabels.shape[0] || points.shape[0] != labels.shape[0] || known.shape[1] != points.shape[1] || points.shape[0] == 0)
            throw new ArgumentException("Points need one label each and as many coordinates as the known ones.", nameof(points));
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(neighbors, known.shape[0]);

        using var scope = NewDisposeScope();
        var classes = (int)Math.Max(knownLabels.max().item<long>(), labels.max().item<long>()) + 1;
        var right = 0L;
        for (var start = 0L; start < points.shape[0]; start += RowsAtOnce)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(RowsAtOnce, points.shape[0] - start);
            var (_, nearest) = SquaredDistances(points.narrow(0, start, count), known).topk(neighbors, 1, largest: false, sorted: false);
            var votes = knownLabels.index_select(0, nearest.reshape(-1)).reshape(count, neighbors);
            var counts = stack(Enumerable.Range(0, classes).Select(label => votes.EqualTo(label).sum(1)), 1);
            right += counts.argmax(1).eq(labels.narrow(0, start, count)).sum().item<long>();
        }
        return (double)right / points.shape[0];
    }

    /// <summary>[N, M]; summed by coordinate, which is exact where the usual expansion of the square cancels.</summary>
    private static Tensor SquaredDistances(Tensor points, Tensor known)
    {
        var distances = zeros([points.shape[0], known.shape[0]], device: points.device);
        for (var d = 0; d < points.shape[1]; d++)
        {
            using var difference = points.narrow(1, d, 1) - known.narrow(1, d, 1).transpose(0, 1);
            distances.Plus_(difference.mul_(difference));
        }
        return distances;
    }
}
