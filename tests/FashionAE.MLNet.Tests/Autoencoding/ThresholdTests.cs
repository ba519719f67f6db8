using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

public abstract class ThresholdTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly AutoencoderTransformer _detector;

    public ThresholdTests() => _detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.5)).Fit(Data);

    private IDataView Data => Images.View(_ml, 60, 4);

    public void Dispose() => _detector.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(59)]
    public void Another_threshold_gives_other_verdicts_on_the_same_scores(int rank)
    {
        var scores = Scores(_detector);
        var threshold = scores.Order().ElementAt(rank);
        using var other = _detector.WithThreshold(threshold);
        Assert.Equal(threshold, other.Threshold);
        Assert.Equal(scores, Scores(other));
        Assert.Equal(59 - rank, Labels(other).Count(label => label));
    }

    [Fact]
    public void The_model_lives_as_long_as_one_of_those_that_share_it()
    {
        var scores = Scores(_detector);
        var other = _detector.WithThreshold(0.1f);
        var third = other.WithThreshold(0.2f);
        _detector.Dispose();
        _detector.Dispose(); // counts once
        other.Dispose();
        Assert.Equal(scores, Scores(third));
        Assert.Throws<ObjectDisposedException>(() => Scores(_detector));
        Assert.Throws<ObjectDisposedException>(() => _detector.WithThreshold(1));
        third.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Scores(third));
    }

    [Theory]
    [InlineData(0.125f)]
    [InlineData(float.PositiveInfinity)]
    public void A_threshold_is_saved(float threshold)
    {
        using var other = _detector.WithThreshold(threshold);
        using var file = new MemoryStream();
        _ml.Model.Save(other, Data.Schema, file);
        file.Position = 0;
        using var loaded = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(file, out _));
        Assert.Equal(threshold, loaded.Threshold);
    }

    [Fact]
    public void An_image_with_a_NaN_pixel_is_an_anomaly()
    {
        var rows = Images.Rows(3, 4);
        rows[1].Pixels[7] = float.NaN;
        using var mild = _detector.WithThreshold(float.PositiveInfinity);
        var view = mild.Transform(_ml.Data.LoadFromEnumerable(rows));
        Assert.Equal([false, true, false], view.GetColumn<bool>("PredictedLabel"));
        Assert.True(float.IsNaN(view.GetColumn<float>("Score").ElementAt(1)));
    }

    [Fact]
    public void A_NaN_threshold_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => _detector.WithThreshold(float.NaN));

    [Fact]
    public void A_transformer_that_is_not_a_detector_has_no_threshold()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        Assert.Null(transformer.Threshold);
        Assert.Throws<InvalidOperationException>(() => transformer.WithThreshold(1));
    }

    private float[] Scores(AutoencoderTransformer transformer) => [.. transformer.Transform(Data).GetColumn<float>("Score")];

    private bool[] Labels(AutoencoderTransformer transformer) => [.. transformer.Transform(Data).GetColumn<bool>("PredictedLabel")];
}

public sealed class ThresholdTestsByLibTorch : ThresholdTests, IClassFixture<ScoredByLibTorch>;

public sealed class ThresholdTestsByOnnxRuntime : ThresholdTests, IClassFixture<ScoredByOnnxRuntime>;
