using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A row with all output columns of a detector.</summary>
public sealed class Judged
{
    public float Score { get; set; }

    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }

    public float[] Where { get; set; } = [];

    public bool[] Mask { get; set; } = [];

    public static Judged[] All(ITransformer detector, IDataView view) =>
        [.. new MLContext().Data.CreateEnumerable<Judged>(detector.Transform(view), reuseRowObject: false)];

    /// <summary>Asserts that all values are equal bit for bit.</summary>
    public static void AssertEqual(Judged[] expected, Judged[] actual)
    {
        Assert.Equal(expected.Select(row => row.Score), actual.Select(row => row.Score));
        Assert.Equal(expected.Select(row => row.PredictedLabel), actual.Select(row => row.PredictedLabel));
        Assert.Equal(expected.Select(row => row.Probability), actual.Select(row => row.Probability));
        Assert.Equal(expected.SelectMany(row => row.Where), actual.SelectMany(row => row.Where));
        Assert.Equal(expected.SelectMany(row => row.Mask), actual.SelectMany(row => row.Mask));
    }

    /// <summary>Asserts that values are equal up to rounding, and that labels differ only where rounding allows it.</summary>
    /// <param name="detector">The detector with the thresholds.</param>
    /// <param name="expected">The output of one engine.</param>
    /// <param name="actual">The output of the other engine.</param>
    /// <param name="scoreTolerance">The accepted difference of scores, as a share of the largest score.</param>
    public static void AssertClose(AutoencoderTransformer detector, Judged[] expected, Judged[] actual, double scoreTolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var ofScore = scoreTolerance * expected.Where(row => !float.IsNaN(row.Score)).Max(row => row.Score);
        var ofMap = 1e-5 * expected.SelectMany(row => row.Where).Where(float.IsFinite).Max();
        foreach (var (a, b) in expected.Zip(actual))
        {
            AssertClose(a.Score, b.Score, ofScore);
            AssertClose(a.Probability, b.Probability, 1e-3);
            if (!(Math.Abs(a.Score - detector.Threshold!.Value) <= ofScore))
                Assert.Equal(a.PredictedLabel, b.PredictedLabel);
            for (var i = 0; i < a.Where.Length; i++)
            {
                AssertClose(a.Where[i], b.Where[i], ofMap);
                if (!(Math.Abs(a.Where[i] - detector.PixelThreshold!.Value) <= ofMap))
                    Assert.Equal(a.Mask[i], b.Mask[i]);
            }
        }
    }

    private static void AssertClose(float expected, float actual, double tolerance)
    {
        Assert.Equal(float.IsNaN(expected), float.IsNaN(actual));
        if (!float.IsNaN(expected))
            Assert.Equal(expected, actual, tolerance);
    }
}
