namespace Microsoft.ML.Trainers;

/// <summary>K-means: centres drawn as k-means++ does (Arthur and Vassilvitskii 2007), then moved to the means of what is nearest to them.</summary>
internal sealed class Lloyd(Examples examples, int clusters, Random random)
{
    private const int MostIterations = 1000;

    private readonly float[][] _rows = examples.Features;
    private readonly int[] _nearest = new int[examples.Features.Length];

    public float[][] Run()
    {
        var centroids = Draw();
        Array.Fill(_nearest, -1);
        for (var i = 0; i < MostIterations && Assign(centroids); i++)
            Move(centroids);
        return centroids;
    }

    /// <summary>Each centre is a row, drawn with a probability proportional to the square of its distance to those before it.</summary>
    private float[][] Draw()
    {
        var (centroids, distances) = (new float[clusters][], new double[_rows.Length]);
        Array.Fill(distances, 1);
        for (var i = 0; i < clusters; i++)
        {
            var (total, row) = (0.0, -1);
            for (var j = 0; j < _rows.Length; j++)
                total += examples.Weights[j] * distances[j];
            if (total <= 0)
                throw new InvalidOperationException("Failed to initialize clusters: too few examples");
            var left = random.NextDouble() * total;
            for (var j = 0; j < _rows.Length && left >= 0; j++)
            {
                var mass = examples.Weights[j] * distances[j];
                if (mass > 0)
                    row = j;
                left -= mass;
            }
            var centroid = centroids[i] = [.. _rows[row]];
            var isFirst = i == 0;
            Parallel.For(0, _rows.Length, j =>
            {
                var distance = Dense.SquaredDistance(_rows[j], centroid);
                distances[j] = isFirst ? distance : Math.Min(distances[j], distance);
            });
        }
        return centroids;
    }

    /// <summary>Finds the nearest centre of every row, and whether that is another one for any.</summary>
    private bool Assign(float[][] centroids)
    {
        var changes = 0;
        Parallel.For(0, _rows.Length, row =>
        {
            var (nearest, least) = (0, float.PositiveInfinity);
            for (var i = 0; i < centroids.Length; i++)
                if (Dense.SquaredDistance(_rows[row], centroids[i]) is var distance && distance < least)
                    (nearest, least) = (i, distance);
            if (_nearest[row] == nearest)
                return;
            _nearest[row] = nearest;
            Interlocked.Increment(ref changes);
        });
        return changes > 0;
    }

    private void Move(float[][] centroids)
    {
        var sums = Array.ConvertAll(centroids, centroid => new double[centroid.Length]);
        var weights = new double[centroids.Length];
        for (var row = 0; row < _rows.Length; row++)
        {
            Dense.AddScaled(_rows[row], examples.Weights[row], sums[_nearest[row]]);
            weights[_nearest[row]] += examples.Weights[row];
        }
        for (var i = 0; i < centroids.Length; i++)
            if (weights[i] > 0)
                centroids[i] = Array.ConvertAll(sums[i], sum => (float)(sum / weights[i]));
    }
}
