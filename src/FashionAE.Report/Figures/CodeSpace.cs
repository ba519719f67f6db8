using FashionAE.Torch;
using static System.FormattableString;
using static TorchSharp.torch;

namespace FashionAE.Report;

/// <summary>Computes the plane of latent vectors (codes) and decodes positions in it.</summary>
internal static class CodeSpace
{
    // The grid ignores this share of outliers on each side, which would stretch it over empty regions.
    private const double OutlyingShare = 0.005;
    private const double Margin = 0.05;
    private const int BatchSize = 256;
    private const int MostInBatch = 1 << 22;

    /// <summary>Computes the axes: the values themselves for up to two values, otherwise the first two principal components.</summary>
    public static PlaneAxes Axes(IReadOnlyList<PlanePoint> points)
    {
        var size = points[0].Code.Length;
        if (size <= 2)
            return new PlaneAxes(new float[size], Unit(0), Unit(1), "first code value", size == 1 ? "" : "second code value");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var codes = tensor(points.SelectMany(point => point.Code).ToArray(), [points.Count, size]).to(ScalarType.Float64);
        var mean = codes.mean([0], keepdim: true);
        var centered = codes - mean;
        // Eigenvalues are in ascending order.
        var (variances, vectors) = linalg.eigh(centered.t().mm(centered));
        var shares = (variances / variances.sum()).data<double>().ToArray();
        return new PlaneAxes(Floats(mean), Axis(1), Axis(2), Title("first", 1), Title("second", 2));

        // The sign of a component is arbitrary. Make the largest part positive, so that every machine draws the same plane.
        float[] Axis(int fromLast)
        {
            var axis = Floats(vectors.select(1, size - fromLast));
            return axis.MaxBy(Math.Abs) < 0 ? Array.ConvertAll(axis, part => -part) : axis;
        }

        string Title(string which, int fromLast) => $"{which} principal component"
            + (double.IsNaN(shares[size - fromLast]) ? "" : Invariant($" ({100 * shares[size - fromLast]:F0} % of the variance)"));
        float[] Unit(int at) => [.. Enumerable.Range(0, size).Select(i => i == at ? 1f : 0f)];
    }

    /// <summary>Decodes a regular grid over the range of the points.</summary>
    public static PlaneGrid? Decode(Autoencoder model, IReadOnlyList<PlanePoint> points, PlaneAxes axes, int size)
    {
        if (size < 2)
            return null;
        var (left, right) = Range(points.Select(point => axes.Place(point.Code).X));
        var (low, high) = Range(points.Select(point => axes.Place(point.Code).Y));
        // Latent vectors with one value are decoded along a line.
        var rows = axes.Y.All(part => part == 0) ? 2 : size;
        var decoded = Decode(model, Enumerable.Range(0, size * rows).Select(i => axes.Code(
            left + (right - left) * (i % size) / (size - 1), low + (high - low) * (i / size) / (rows - 1))));
        return model.InputShape.Image is { } shape
            ? new PlaneGrid(left, right, low, high, size, rows, [.. decoded.Select(values => Picture.Of(values, shape))], null)
            : new PlaneGrid(left, right, low, high, size, rows, null, [.. decoded]);
    }

    /// <summary>Decodes latent vectors batch by batch.</summary>
    public static IEnumerable<float[]> Decode(Autoencoder model, IEnumerable<float[]> codes) =>
        codes.Chunk(Math.Clamp(MostInBatch / model.InputShape.Size, 1, BatchSize)).SelectMany(batch =>
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var rows = tensor(batch.SelectMany(code => code).ToArray(), [batch.Length, model.LatentSize]).to(model.Device);
            return Floats(model.Decode(rows)).Chunk(model.InputShape.Size);
        });

    private static float[] Floats(Tensor values) => values.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();

    private static (float Least, float Greatest) Range(IEnumerable<float> values)
    {
        var sorted = values.Order().ToArray();
        var outlying = (int)(OutlyingShare * sorted.Length);
        var (least, greatest) = (sorted[outlying], sorted[^(outlying + 1)]);
        var margin = greatest > least ? (float)Margin * (greatest - least) : 1;
        return (least - margin, greatest + margin);
    }
}
