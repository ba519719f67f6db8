using System.Text.Json;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Evaluation;

public class ImageQualityTests
{
    private static readonly JsonElement[] Cases = [.. TestFiles.GoldenJson("metrics.json").GetProperty("cases").EnumerateArray()];

    [Fact]
    public void Mean_squared_errors_are_those_of_scikit_image()
    {
        using var scope = NewDisposeScope();
        var (originals, others) = Pairs();
        TensorValues.AssertClose(Recorded("mse"), ImageQuality.MeanSquaredError(originals, others).Doubles(), 1e-9);
    }

    [Fact]
    public void Signal_to_noise_ratios_are_those_of_scikit_image_and_infinite_for_equal_images()
    {
        using var scope = NewDisposeScope();
        var (originals, others) = Pairs();
        var expected = Recorded("psnr");
        var actual = ImageQuality.PeakSignalToNoiseRatio(originals, others).Doubles();
        Assert.Equal(expected.Select(double.IsPositiveInfinity), actual.Select(double.IsPositiveInfinity));
        Assert.Contains(double.PositiveInfinity, actual);
        TensorValues.AssertClose([.. expected.Where(double.IsFinite)], [.. actual.Where(double.IsFinite)], 1e-6);
    }

    [Fact]
    public void Structural_similarities_are_those_of_scikit_image()
    {
        using var scope = NewDisposeScope();
        var (originals, others) = Pairs();
        TensorValues.AssertClose(Recorded("ssim_gaussian11"), ImageQuality.StructuralSimilarity(originals, others).Doubles(), 1e-5);
    }

    [Fact]
    public void Bytes_have_the_scores_that_scikit_image_gave_for_them()
    {
        using var scope = NewDisposeScope();
        var (originals, others) = Pairs();
        var bytes = (originals * 255).round().to(ScalarType.Byte);
        TensorValues.AssertClose(Recorded("mse"), ImageQuality.MeanSquaredError(bytes, others).Doubles(), 1e-9);
        TensorValues.AssertClose(Recorded("ssim_gaussian11"), ImageQuality.StructuralSimilarity(bytes, others).Doubles(), 1e-5);
        // Also in single precision, a byte equals the same value divided by 255.
        Assert.All(ImageQuality.PeakSignalToNoiseRatio(originals, bytes).Doubles(), ratio => Assert.Equal(double.PositiveInfinity, ratio));
    }

    [Theory]
    [InlineData(ScalarType.Byte, ScalarType.Byte, 1e-12)]
    [InlineData(ScalarType.Byte, ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float32, ScalarType.Byte, 1e-6)]
    [InlineData(ScalarType.Byte, ScalarType.Float16, 1e-2)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float64, 1e-1)]
    public void Images_of_any_two_types_are_compared_as_numbers_in_the_unit_range(ScalarType first, ScalarType second, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var (a, b) = (randint(0, 256, [2, 1, 12, 13], generator: generator), randint(0, 256, [2, 1, 12, 13], generator: generator));
        var errors = a.Doubles().Zip(b.Doubles(), (x, y) => Math.Pow((x - y) / 255, 2));
        var expected = errors.Chunk(12 * 13).Select(image => image.Average()).ToArray();

        var (original, other) = (Of(a, first), Of(b, second));
        var ratios = ImageQuality.PeakSignalToNoiseRatio(original, other).Doubles();
        TensorValues.AssertClose([.. expected.Select(mse => 10 * Math.Log10(1 / mse))], ratios, tolerance);
        TensorValues.AssertClose(expected, ImageQuality.SquaredError(original, other).mean([1, 2, 3]).Doubles(), tolerance);
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                SimilarityByFormula(a[i].div(255).Doubles(), b[i].div(255).Doubles(), 12, 13),
                ImageQuality.StructuralSimilarity(original, other)[i].item<double>(), Math.Max(tolerance, 1e-6));

        static Tensor Of(Tensor bytes, ScalarType type) =>
            type == ScalarType.Byte ? bytes.to(type) : bytes.to(ScalarType.Float64).div(255).to(type);
    }

    [Fact]
    public void Black_against_white_has_a_ratio_of_positive_zero_in_every_type()
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Byte, ScalarType.Bool, ScalarType.Float16, ScalarType.Float32, ScalarType.Float64 })
        {
            var white = full([1, 1, 11, 11], type == ScalarType.Byte ? 255 : 1).to(type);
            var ratio = ImageQuality.PeakSignalToNoiseRatio(zeros_like(white), white).item<double>();
            Assert.Equal("0", $"{ratio}");
            Assert.Equal("0.00", $"{ratio:F2}");
        }
    }

    [Theory]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.ComplexFloat32)]
    [InlineData(ScalarType.ComplexFloat64)]
    public void Types_of_unknown_range_are_refused_by_name(ScalarType type)
    {
        using var scope = NewDisposeScope();
        Func<Tensor, Tensor, Tensor>[] metrics =
        [
            ImageQuality.MeanSquaredError, ImageQuality.PeakSignalToNoiseRatio,
            ImageQuality.StructuralSimilarity, ImageQuality.SquaredError,
        ];
        var (good, bad) = (zeros([1, 1, 11, 11]), zeros([1, 1, 11, 11]).to(type));
        foreach (var metric in metrics)
        {
            var first = Assert.Throws<ArgumentException>("original", () => metric(bad, good));
            var second = Assert.Throws<ArgumentException>("reconstruction", () => metric(good, bad));
            Assert.All([first, second], e => Assert.Contains($"{type}, ", e.Message, StringComparison.Ordinal));
            Assert.All([first, second], e => Assert.Contains("uint8 in [0, 255]", e.Message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(3, 13, 17)]
    [InlineData(2, 11, 11)]
    [InlineData(1, 30, 12)]
    public void Structural_similarity_of_any_shape_matches_its_formula(int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(9);
        var original = rand([2, channels, height, width], generator: generator);
        var other = (original * 0.7 + rand([2, channels, height, width], generator: generator) * 0.3).clamp(0, 1);
        var actual = ImageQuality.StructuralSimilarity(original, other).Doubles();

        for (var i = 0; i < 2; i++)
        {
            var expected = Enumerable.Range(0, channels).Average(channel => SimilarityByFormula(
                original.select(0, i).select(0, channel).Doubles(), other.select(0, i).select(0, channel).Doubles(), height, width));
            Assert.Equal(expected, actual[i], 1e-9);
        }
    }

    [Fact]
    public void Shapes_that_cannot_be_compared_are_refused()
    {
        using var scope = NewDisposeScope();
        Func<Tensor, Tensor, Tensor>[] metrics =
            [ImageQuality.MeanSquaredError, ImageQuality.PeakSignalToNoiseRatio, ImageQuality.StructuralSimilarity];
        foreach (var metric in metrics)
        {
            Assert.Throws<ArgumentException>(() => metric(zeros([2, 1, 12, 12]), zeros([2, 1, 12, 13])));
            // Shapes that broadcast would give meaningless values.
            Assert.Throws<ArgumentException>(() => metric(zeros([2, 1, 12, 12]), zeros([1, 1, 12, 12])));
            Assert.Throws<ArgumentException>(() => metric(zeros([1, 12, 12]), zeros([1, 12, 12])));
        }
        Assert.Throws<ArgumentException>(() => ImageQuality.StructuralSimilarity(zeros([1, 1, 10, 20]), zeros([1, 1, 10, 20])));
        Assert.Throws<ArgumentException>(() => ImageQuality.StructuralSimilarity(zeros([1, 1, 20, 10]), zeros([1, 1, 20, 10])));
    }

    private static (Tensor Originals, Tensor Others) Pairs() => (
        GoldenImages.Of(Cases.Select(c => c.GetProperty("image").GetInt32())),
        cat(Cases.Select(c => TensorValues.FromBase64(c.GetProperty("other").GetString()!, 1, 1, 28, 28)).ToArray()));

    /// <summary>Returns the recorded values. Null means infinity, which JSON does not support.</summary>
    private static double[] Recorded(string name) =>
        [.. Cases.Select(c => c.GetProperty(name)).Select(value => value.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : value.GetDouble())];

    /// <summary>Computes the formula of Wang et al. 2004, window by window.</summary>
    private static double SimilarityByFormula(double[] x, double[] y, int height, int width)
    {
        var (sum, windows) = (0.0, 0);
        for (var top = 0; top + 11 <= height; top++)
            for (var left = 0; left + 11 <= width; left++)
            {
                var (total, meanX, meanY, squareX, squareY, product) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
                for (var r = 0; r < 11; r++)
                    for (var c = 0; c < 11; c++)
                    {
                        var weight = Math.Exp(-((r - 5) * (r - 5) + (c - 5) * (c - 5)) / (2 * 1.5 * 1.5));
                        var (a, b) = (x[(top + r) * width + left + c], y[(top + r) * width + left + c]);
                        total += weight;
                        meanX += weight * a;
                        meanY += weight * b;
                        squareX += weight * a * a;
                        squareY += weight * b * b;
                        product += weight * a * b;
                    }
                (meanX, meanY) = (meanX / total, meanY / total);
                var (varianceX, varianceY, covariance) = (squareX / total - meanX * meanX, squareY / total - meanY * meanY, product / total - meanX * meanY);
                sum += (2 * meanX * meanY + 1e-4) * (2 * covariance + 9e-4)
                    / ((meanX * meanX + meanY * meanY + 1e-4) * (varianceX + varianceY + 9e-4));
                windows++;
            }
        return sum / windows;
    }
}
