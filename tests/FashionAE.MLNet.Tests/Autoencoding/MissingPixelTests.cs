using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>
/// Tests that an image with an infinite or NaN pixel is missing, and so are its outputs, and that other rows are not affected.
/// </summary>
public abstract class MissingPixelTests
{
    private readonly MLContext _ml = new(1);

    public static TheoryData<float> Values => [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_output_of_such_a_row_is_missing_in_both_networks(float value)
    {
        foreach (var architecture in new AutoencoderArchitecture[] { Models.Dense, new ConvolutionalArchitecture(Images.Shape) { Channels = [4, 8] } })
        {
            using var transformer = Models.Fit(_ml, Models.AllColumns(architecture));
            AssertMissing(transformer, value, "Pixels", ["Code", "Clean", "ErrorMap"], ["Mse", "Psnr", "Ssim"]);
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Scores_of_such_a_target_or_reconstruction_are_missing(float value)
    {
        var data = Images.View(_ml, 1);
        var transformer = _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Mse", "Psnr", "Ssim", "Map").Fit(data);
        AssertMissing(transformer, value, "Pixels", ["Map"], ["Mse", "Psnr", "Ssim"]);
        AssertMissing(transformer, value, "Noisy", ["Map"], ["Mse", "Psnr", "Ssim"]);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void A_detector_calls_such_a_row_an_anomaly(float value)
    {
        using var trained = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(Images.View(_ml, 40));
        using var detector = trained.WithThreshold(float.PositiveInfinity);
        var rows = Images.Rows(3);
        rows[1].Pixels[100] = value;
        var view = detector.Transform(_ml.Data.LoadFromEnumerable(rows));
        Assert.Equal([false, true, false], view.GetColumn<bool>("PredictedLabel"));
        Assert.True(float.IsNaN(view.GetColumn<float>("Score").ElementAt(1)));
    }

    private void AssertMissing(ITransformer transformer, float value, string column, string[] vectors, string[] scores)
    {
        var expected = transformer.Transform(_ml.Data.LoadFromEnumerable(Images.Rows(5)));
        foreach (var place in new[] { 0, 7, 142, 143 }) // within the width of a register and in the rest
        {
            var rows = Images.Rows(5);
            (column == "Pixels" ? rows[2].Pixels : rows[2].Noisy)[place] = value;
            var actual = transformer.Transform(_ml.Data.LoadFromEnumerable(rows));
            foreach (var name in vectors)
            {
                var (a, b) = (expected.GetColumn<float[]>(name).ToArray(), actual.GetColumn<float[]>(name).ToArray());
                Assert.All(b[2], v => Assert.True(float.IsNaN(v)));
                foreach (var row in new[] { 0, 1, 3, 4 })
                    Assert.Equal(a[row], b[row]);
            }
            foreach (var name in scores)
            {
                var (a, b) = (expected.GetColumn<float>(name).ToArray(), actual.GetColumn<float>(name).ToArray());
                Assert.True(float.IsNaN(b[2]));
                foreach (var row in new[] { 0, 1, 3, 4 })
                    Assert.Equal(a[row], b[row]);
            }
        }
    }
}

public sealed class MissingPixelTestsByLibTorch : MissingPixelTests, IClassFixture<ScoredByLibTorch>;

public sealed class MissingPixelTestsByOnnxRuntime : MissingPixelTests, IClassFixture<ScoredByOnnxRuntime>;
