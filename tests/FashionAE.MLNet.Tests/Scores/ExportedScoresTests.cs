using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Scores;

/// <summary>Compares <c>ScoreReconstruction</c> in graphs of ML.NET's <c>ConvertToOnnx</c> with libtorch.</summary>
public class ExportedScoresTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Scores_are_those_of_libtorch_and_of_equal_images_the_best()
    {
        var rows = PairRow.Rows(10);
        rows[3].Wanted = rows[3].Seen;
        var data = _ml.Data.LoadFromEnumerable(rows);
        var actual = ExportedChain.Run(_ml, _ml.Transforms.ScoreReconstruction("Wanted", "Seen", "Mse", "Psnr", "Ssim", "Map").Fit(data), data);

        using var scope = NewDisposeScope();
        Tensor Images(Func<PairRow, float[]> of) => tensor(rows.SelectMany(of).ToArray(), [10, 2, 13, 11]);
        var (wanted, seen) = (Images(row => row.Wanted), Images(row => row.Seen));
        AssertEqual(ImageQuality.MeanSquaredError(wanted, seen), "Mse", [10, 1]);
        AssertEqual(ImageQuality.PeakSignalToNoiseRatio(wanted, seen), "Psnr", [10, 1]);
        AssertEqual(ImageQuality.StructuralSimilarity(wanted, seen), "Ssim", [10, 1]);
        AssertEqual(ImageQuality.SquaredError(wanted, seen), "Map", [10, 2, 13, 11]);
        Assert.Equal((0, double.PositiveInfinity, 1), (actual["Mse"].Values[3], actual["Psnr"].Values[3], actual["Ssim"].Values[3]));

        void AssertEqual(Tensor expected, string column, int[] shape)
        {
            Assert.Equal(shape, actual[column].Shape);
            var values = expected.flatten().data<double>().ToArray();
            Assert.NotEqual(values.Min(), values.Max());
            // The graph ends with a float32.
            Assert.All(values.Zip(actual[column].Values), pair => Assert.Equal(0, pair.First == pair.Second ? 0 : pair.First / pair.Second - 1, 1e-7));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Scores_of_a_missing_image_are_missing(float value)
    {
        var rows = PairRow.Rows(3);
        (rows[0].Wanted[200], rows[2].Seen[0]) = (value, value);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var actual = ExportedChain.Run(_ml, _ml.Transforms.ScoreReconstruction("Wanted", "Seen", "Mse", "Psnr", "Ssim", "Map").Fit(data), data);
        foreach (var column in new[] { "Mse", "Psnr", "Ssim", "Map" })
        {
            var values = actual[column].Values.Chunk(actual[column].Values.Length / 3).ToArray();
            Assert.Equal([true, false, true], values.Select(row => row.All(double.IsNaN)));
            Assert.DoesNotContain(double.NaN, values[1]);
        }
    }

    [Fact]
    public void Images_are_compared_with_themselves()
    {
        var data = _ml.Data.LoadFromEnumerable(PairRow.Rows(2));
        var actual = ExportedChain.Run(_ml, _ml.Transforms.ScoreReconstruction("Seen", "Seen", "Mse").Fit(data), data);
        Assert.Equal([0, 0], actual["Mse"].Values);
    }
}
