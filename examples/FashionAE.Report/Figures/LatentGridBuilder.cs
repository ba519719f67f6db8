using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Decodes a plane of codes at the points of a grid.</summary>
public static class LatentGridBuilder
{
    // A few far codes would stretch the grid over places where there are none, and coarsen it where most are.
    private const double OutlyingShare = 0.005;
    private const double Margin = 0.05;

    /// <summary>Decodes the range of a cloud, row of the grid by row.</summary>
    /// <param name="model">A model of 2-D codes; it is put in evaluation mode.</param>
    /// <param name="cloud">Its codes: the grid reaches from the 0.5 % quantile of each value to the 99.5 % one, and 5 % of that length beyond.</param>
    /// <param name="size">The number of columns, and of rows, 2 or more.</param>
    /// <returns>The grid.</returns>
    public static LatentGrid Build(Autoencoder model, CodeCloud cloud, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        var (minimumX, maximumX) = Range(cloud.X);
        var (minimumY, maximumY) = Range(cloud.Y);
        var columns = Points(minimumX, maximumX, size);
        var rows = Points(minimumY, maximumY, size);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.eval();
        var device = model.Device;
        var images = new List<byte[]>(size * size);
        var largest = 0.0;
        Tensor? above = null;
        for (var row = 0; row < size; row++)
        {
            using var inner = NewDisposeScope();
            var decoded = DecodeRow(model, columns, rows[row], device);
            images.AddRange(PictureBytes.Of(decoded));
            if (above is not null)
            {
                var middle = DecodeRow(model, Middles(columns), (rows[row - 1] + rows[row]) / 2, device);
                largest = Math.Max(largest, LargestDifference(middle, above, decoded));
                above.Dispose();
            }
            above = decoded.MoveToOuterDisposeScope();
        }
        return new LatentGrid(minimumX, maximumX, minimumY, maximumY, size, size, images, largest);
    }

    private static (float Minimum, float Maximum) Range(IReadOnlyList<float> values)
    {
        var sorted = values.Order().ToArray();
        var outlying = (int)Math.Round(OutlyingShare * (sorted.Length - 1));
        double least = sorted[outlying], most = sorted[^(outlying + 1)];
        var margin = most > least ? Margin * (most - least) : 1; // codes that are all the same have a neighborhood too
        return ((float)(least - margin), (float)(most + margin));
    }

    private static float[] Points(float minimum, float maximum, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(minimum + ((double)maximum - minimum) * i / (count - 1)))];

    private static float[] Middles(float[] points) => [.. points.Zip(points.Skip(1), (left, right) => (left + right) / 2)];

    private static Tensor DecodeRow(Autoencoder model, float[] columns, float y, Device device)
    {
        var codes = tensor(columns.SelectMany(x => (float[])[x, y]).ToArray()).reshape(columns.Length, 2);
        return model.Decode(codes.to(device));
    }

    private static double LargestDifference(Tensor middle, Tensor above, Tensor below)
    {
        var cells = middle.shape[0];
        var corners = above.narrow(0, 0, cells) + above.narrow(0, 1, cells) + below.narrow(0, 0, cells) + below.narrow(0, 1, cells);
        return (middle - corners / 4).to(ScalarType.Float64).abs().mean([1, 2, 3]).max().item<double>();
    }
}
