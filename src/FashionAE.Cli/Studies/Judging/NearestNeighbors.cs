using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>Measures how well latent vectors separate classes, with nearest-neighbor classification (Cover and Hart 1967).</summary>
internal static class NearestNeighbors
{
    // Limits the points per step: the step stores up to this many differences for each known point.
    private const int NumbersAtOnce = 500;

    /// <summary>Computes the share of points whose nearest neighbors vote for the right class. In a tie, the lowest label wins.</summary>
    /// <param name="known">The known points, float32 [M, D].</param>
    /// <param name="knownLabels">The classes of the known points, int64 [M], 0 or more.</param>
    /// <param name="points">The points to classify, float32 [N, D].</param>
    /// <param name="labels">The true classes of the points, int64 [N].</param>
    /// <param name="neighbors">The number of neighbors that vote, 1 to M.</param>
    public static double Accuracy(Tensor known, Tensor knownLabels, Tensor points, Tensor labels, int neighbors = 15)
    {
        if (known.shape[0] != knownLabels.shape[0] || points.shape[0] != labels.shape[0] || known.shape[1] != points.shape[1]
            || points.shape[0] == 0)
            throw new ArgumentException("Each point needs one label and as many coordinates as a known point.", nameof(points));
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(neighbors, known.shape[0]);

        using var scope = NewDisposeScope();
        var classes = Math.Max(knownLabels.max().item<long>(), labels.max().item<long>()) + 1;
        var right = 0L;
        var (columns, rows) = (known.t().contiguous().unsqueeze(1), Math.Max(1, NumbersAtOnce / known.shape[1]));
        for (var start = 0L; start < points.shape[0]; start += rows)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(rows, points.shape[0] - start);
            // Sum the squares of differences, [D, count, M]: the usual expansion of the square loses precision by cancellation.
            var difference = points.narrow(0, start, count).t().unsqueeze(2) - columns;
            var (_, nearest) = difference.mul_(difference).sum([0]).topk(neighbors, 1, largest: false, sorted: false);
            var votes = knownLabels.index_select(0, nearest.reshape(-1)).reshape(count, neighbors);
            var counts = nn.functional.one_hot(votes, classes).sum(1);
            right += counts.argmax(1).eq(labels.narrow(0, start, count)).sum().item<long>();
        }
        return (double)right / points.shape[0];
    }
}
