namespace Microsoft.ML.Transforms.Image;

/// <summary>By how much the pixels of a row of one size count for those of another, and likewise of a column.</summary>
internal sealed class ResamplingWeights
{
    private readonly int[] _first;
    private readonly float[][] _weights;

    /// <summary>Initializes a new instance of the <see cref="ResamplingWeights"/> class.</summary>
    /// <param name="sourceSize">The number of pixels there are.</param>
    /// <param name="size">The number of pixels there are to be.</param>
    /// <param name="from">The first of those that are asked for.</param>
    /// <param name="to">The one after the last of those that are asked for.</param>
    public ResamplingWeights(int sourceSize, int size, int from, int to)
    {
        (_first, _weights) = (new int[to - from], new float[to - from][]);
        for (var i = from; i < to; i++)
        {
            var (first, weights) = size <= sourceSize ? Area(i, sourceSize, size) : Mitchell(i, sourceSize, size);
            var sum = weights.Sum();
            (_first[i - from], _weights[i - from]) = (first, Array.ConvertAll(weights, weight => (float)(weight / sum)));
        }
    }

    /// <summary>The number of pixels that were asked for.</summary>
    public int Count => _first.Length;

    /// <summary>The first source pixel that counts for a pixel; the next ones follow on it.</summary>
    public int First(int index) => _first[index];

    public ReadOnlySpan<float> Of(int index) => _weights[index];

    /// <summary>The part of each source pixel that the pixel covers.</summary>
    private static (int First, double[] Weights) Area(int index, int sourceSize, int size)
    {
        // In units of 1/size of a source pixel, so that they are whole numbers.
        var (start, end) = ((long)index * sourceSize, (index + 1L) * sourceSize);
        var first = (int)(start / size);
        var weights = new double[(int)((end + size - 1) / size) - first];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Min(end, (first + i + 1L) * size) - Math.Max(start, (first + i) * (long)size);
        return (first, weights);
    }

    /// <summary>The weights of the four nearest source pixels. Beyond the border its pixels are repeated.</summary>
    private static (int First, double[] Weights) Mitchell(int index, int sourceSize, int size)
    {
        var center = (index + 0.5) * sourceSize / size - 0.5;
        var nearest = (int)Math.Floor(center) - 1;
        var first = Math.Clamp(nearest, 0, sourceSize - 1);
        var weights = new double[Math.Clamp(nearest + 3, 0, sourceSize - 1) - first + 1];
        for (var i = nearest; i < nearest + 4; i++)
            weights[Math.Clamp(i, 0, sourceSize - 1) - first] += Mitchell(Math.Abs(i - center));
        return (first, weights);
    }

    /// <summary>The filter of Mitchell and Netravali (1988) with B = C = 1/3, times 18.</summary>
    private static double Mitchell(double x) =>
        x < 1 ? (21 * x - 36) * x * x + 16 : x < 2 ? ((36 - 7 * x) * x - 60) * x + 32 : 0;
}
