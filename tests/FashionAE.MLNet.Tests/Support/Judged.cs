using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>What a detector with every column says of the rows of a view.</summary>
public sealed class Judged
{
    public float Score { get; set; }

    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }

    public float[] Where { get; set; } = [];

    public bool[] Mask { get; set; } = [];

    public static Judged[] All(ITransformer detector, IDataView view) =>
        [.. new MLContext().Data.CreateEnumerable<Judged>(detector.Transform(view), reuseRowObject: false)];

    /// <summary>Requires the same values to the bit.</summary>
    public static void AssertEqual(Judged[] expected, Judged[] actual)
    {
        Assert.Equal(expected.Select(row => row.Score), actual.Select(row => row.Score));
        Assert.Equal(expected.Select(row => row.PredictedLabel), actual.Select(row => row.PredictedLabel));
        Assert.Equal(expected.Select(row => row.Probability), actual.Select(row => row.Probability));
        Assert.Equal(expected.SelectMany(row => row.Where), actual.SelectMany(row => row.Where));
        Assert.Equal(expected.SelectMany(row => row.Mask), actual.SelectMany(row => row.Mask));
    }

    /// <summary>Requires the same values but for rounding, and verdicts that differ no more than that allows.</summary>
    /// <param name="detector">Whose threshold and threshold of pixels they were judged by.</param>
    /// <param name="expected">What one engine says.</param>
    /// <param name="actual">What the other one says.</param>
    /// <param name="scoreTolerance">How far scores may differ, as a share of the largest.</param>
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
