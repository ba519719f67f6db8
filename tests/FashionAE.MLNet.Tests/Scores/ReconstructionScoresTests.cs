using System.Runtime.InteropServices;
using System.Text.Json;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Scores;

public class ReconstructionScoresTests
{
    public static TheoryData<ImageShape> Shapes =>
    [
        new(1, 28, 28), new(1, 11, 11), new(2, 11, 11), new(3, 13, 17), new(1, 30, 12), new(2, 12, 31),
        // The windows are compared in several bands, of which the last one is smaller.
        new(2, 47, 150), new(1, 35, 1000),
    ];

    [Fact]
    public void Scores_are_those_of_scikit_image()
    {
        using var recorded = JsonDocument.Parse(File.ReadAllBytes(Golden("metrics.json")));
        using var indices = JsonDocument.Parse(File.ReadAllBytes(Golden("images.json")));
        var (places, pixels) = (indices.RootElement.EnumerateArray().Select(i => i.GetInt32()).ToList(), IdxFile.Read(Golden("images-idx3-ubyte.gz")).Values);
        var shape = new ImageShape(1, 28, 28);
        var cases = recorded.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        foreach (var pair in cases)
        {
            var original = pixels.AsSpan(places.IndexOf(pair.GetProperty("image").GetInt32()) * shape.Size, shape.Size).ToArray();
            var x = Array.ConvertAll(original, b => b / 255f);
            var y = MemoryMarshal.Cast<byte, float>(pair.GetProperty("other").GetBytesFromBase64());
            var mse = ReconstructionScores.MeanSquaredError(x, y);
            Assert.Equal(pair.GetProperty("mse").GetDouble(), mse, 1e-9);
            var psnr = pair.GetProperty("psnr");
            // JSON has no infinity.
            Assert.Equal(psnr.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : psnr.GetDouble(), ReconstructionScores.PeakSignalToNoiseRatio(mse), 1e-6);
            Assert.Equal(pair.GetProperty("ssim_gaussian11").GetDouble(), ReconstructionScores.StructuralSimilarity(x, y, shape), 1e-5);
        }
        Assert.Equal(12, cases.Length);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Scores_of_any_shape_match_their_formulas_and_those_of_tensors(ImageShape shape)
    {
        using var scope = NewDisposeScope();
        var (x, y) = Pair(shape, 4);
        var (a, b) = (tensor(x).reshape(shape.Batch(1)), tensor(y).reshape(shape.Batch(1)));
        var error = x.Zip(y, (p, q) => Math.Pow((double)p - q, 2)).Average();
        var mse = ReconstructionScores.MeanSquaredError(x, y);
        Assert.Equal(error, mse, 1e-12);
        Assert.Equal(ImageQuality.MeanSquaredError(a, b).item<double>(), mse, 1e-12);
        Assert.Equal(10 * Math.Log10(1 / error), ReconstructionScores.PeakSignalToNoiseRatio(mse), 1e-9);

        var plane = shape.Height * shape.Width;
        var similarity = Enumerable.Range(0, shape.Channels).Average(channel => SimilarityByFormula(
            x[(channel * plane)..((channel + 1) * plane)], y[(channel * plane)..((channel + 1) * plane)], shape.Height, shape.Width));
        var ssim = ReconstructionScores.StructuralSimilarity(x, y, shape);
        Assert.Equal(similarity, ssim, 1e-12);
        Assert.Equal(ImageQuality.StructuralSimilarity(a, b).item<double>(), ssim, 1e-9);
        Assert.InRange(ssim, 0.1, 0.99);
    }

    [Fact]
    public void An_error_map_is_not_a_score_of_an_image() => Message.Says<ArgumentOutOfRangeException>(
        () => ReconstructionScores.Compute(ImageScore.SquaredError, [1], [1], new ImageShape(1, 1, 1)), "single value per image");

    [Fact]
    public void An_error_map_of_any_length_is_that_of_its_formula_in_double_precision()
    {
        for (var length = 1; length <= 40; length++)
        {
            var (x, y) = Pair(new ImageShape(1, 1, length), length);
            var map = new float[length];
            ReconstructionScores.SquaredError(x, y, map);
            Assert.Equal(x.Zip(y, (p, q) => (float)(((double)p - q) * ((double)p - q))), map);
            Assert.Equal(map.Average(v => (double)v), ReconstructionScores.MeanSquaredError(x, y), 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Equal_images_have_no_error_an_infinite_ratio_and_a_similarity_of_one(ImageShape shape)
    {
        var (x, _) = Pair(shape, 7);
        Assert.Equal(0, ReconstructionScores.MeanSquaredError(x, x));
        Assert.Equal(double.PositiveInfinity, ReconstructionScores.PeakSignalToNoiseRatio(0));
        Assert.Equal(1, ReconstructionScores.StructuralSimilarity(x, x, shape));
    }

    [Fact]
    public void Black_against_white_has_an_error_of_one_a_ratio_of_positive_zero_and_hardly_any_similarity()
    {
        var shape = new ImageShape(1, 13, 12);
        var (black, white) = (new float[shape.Size], Enumerable.Repeat(1f, shape.Size).ToArray());
        var mse = ReconstructionScores.MeanSquaredError(black, white);
        Assert.Equal(1, mse);
        Assert.Equal("0", $"{ReconstructionScores.PeakSignalToNoiseRatio(mse)}");
        // Only the constant of the luminance term remains; the structure is the same.
        Assert.Equal(1e-4 / (1 + 1e-4), ReconstructionScores.StructuralSimilarity(black, white, shape), 1e-12);
    }

    [Fact]
    public void An_image_and_its_negative_are_dissimilar()
    {
        var shape = new ImageShape(1, 20, 20);
        var (x, _) = Pair(shape, 3);
        Assert.InRange(ReconstructionScores.StructuralSimilarity(x, Array.ConvertAll(x, v => 1 - v), shape), -1, -0.9);
    }

    [Fact]
    public void Memory_is_taken_once_for_many_images()
    {
        var shape = new ImageShape(3, 64, 64);
        var (x, y) = Pair(shape, 5);
        var map = new float[shape.Size];
        long Allocated(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                ReconstructionScores.MeanSquaredError(x, y);
                ReconstructionScores.SquaredError(x, y, map);
                ReconstructionScores.StructuralSimilarity(x, y, shape);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(1);
        // The pool may release its arrays in a garbage collection. A tenth of the images' size in double precision is allowed for that.
        Assert.InRange(Allocated(1000), 0, 1000L * shape.Size * sizeof(double) / 10);
    }

    private static (float[] Original, float[] Other) Pair(ImageShape shape, int seed)
    {
        var random = new Random(seed);
        var x = Enumerable.Range(0, shape.Size).Select(_ => random.NextSingle()).ToArray();
        return (x, Array.ConvertAll(x, v => 0.6f * v + 0.4f * random.NextSingle()));
    }

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    /// <summary>Wang et al. 2004, window by window.</summary>
    private static double SimilarityByFormula(float[] x, float[] y, int height, int width)
    {
        var weights = new double[11, 11];
        for (var r = 0; r < 11; r++)
            for (var c = 0; c < 11; c++)
                weights[r, c] = Math.Exp(-((r - 5) * (r - 5) + (c - 5) * (c - 5)) / (2 * 1.5 * 1.5));
        var total = weights.Cast<double>().Sum();
        var (sum, windows) = (0.0, 0);
        for (var top = 0; top + 11 <= height; top++)
            for (var left = 0; left + 11 <= width; left++)
            {
                double Mean(Func<int, double> value)
                {
                    var mean = 0.0;
                    for (var r = 0; r < 11; r++)
                        for (var c = 0; c < 11; c++)
                            mean += weights[r, c] / total * value((top + r) * width + left + c);
                    return mean;
                }

                var (meanX, meanY) = (Mean(i => x[i]), Mean(i => y[i]));
                // Computed from deviations from the mean, rather than as the mean of squares minus the squared mean.
                var varianceX = Mean(i => (x[i] - meanX) * (x[i] - meanX));
                var varianceY = Mean(i => (y[i] - meanY) * (y[i] - meanY));
                var covariance = Mean(i => (x[i] - meanX) * (y[i] - meanY));
                sum += (2 * meanX * meanY + 1e-4) * (2 * covariance + 9e-4)
                    / ((meanX * meanX + meanY * meanY + 1e-4) * (varianceX + varianceY + 9e-4));
                windows++;
            }
        return sum / windows;
    }
}
