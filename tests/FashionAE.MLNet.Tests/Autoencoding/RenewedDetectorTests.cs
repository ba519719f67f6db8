using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests detectors that are adapted to changed data, by further training or by new references for the same network.</summary>
public class RenewedDetectorTests
{
    private readonly MLContext _ml = new(1);
    private readonly IDataView _old;
    private readonly IDataView _new;

    public RenewedDetectorTests()
    {
        // The new images are half as bright, on gray.
        var rows = Images.Rows(200, 5);
        foreach (var row in rows)
            row.Pixels = Array.ConvertAll(row.Pixels, pixel => 0.4f + 0.5f * pixel);
        (_old, _new) = (Images.View(_ml, 200, 2), _ml.Data.LoadFromEnumerable(rows));
    }

    [Fact]
    public void A_detector_that_is_trained_further_learns_its_threshold_from_the_new_rows()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.WholeDetector(epochs: 3)).Fit(_old);
        Assert.InRange(ShareOfAnomalies(detector, _new), 0.99, 1);
        var before = StartingWeights.Of(detector.Model);
        var start = new StartingWeights();
        var options = Models.WholeDetector();
        options.Callbacks = [start];
        using var next = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_new, startFrom: detector);
        Assert.Equal(before, start.State);
        Assert.NotEqual(before, StartingWeights.Of(next.Model));
        Assert.InRange(ShareOfAnomalies(next, _new), 0, 0.15);
        Assert.InRange(ShareOfAnomalies(next, _old), 0.9, 1);
        Assert.InRange(ShareOfAnomalies(detector, _new), 0.99, 1);
    }

    [Fact]
    public void An_autoencoder_becomes_a_detector()
    {
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(epochs: 3)).Fit(_old);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(_old, model);
        Assert.NotNull(detector.Threshold);
        using var encoder = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(_new, detector);
        Assert.Null(encoder.Threshold);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void References_and_thresholds_are_renewed_without_training(bool isLoaded)
    {
        var options = Models.WholeDetector(epochs: 3, score: new ImageNeighborsScore { Neighbors = 1, Locality = 0 });
        (options.IsErrorMapWeighted, options.Smoothing) = (true, 0.5);
        using var trained = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_old);
        using var detector = isLoaded ? Reloaded(trained) : trained.WithThreshold(trained.Threshold!.Value);
        Assert.InRange(ShareOfAnomalies(detector, _new), 0.99, 1);

        using var renewed = detector.WithReferencesOf(_new, AnomalyThreshold.HeldOutQuantile(0.5), heldOutFraction: 0.25, pixelFalseAlarms: 0.02);
        Assert.Equal(StartingWeights.Of(trained.Model), StartingWeights.Of(renewed.Model));
        // Three quarters of the rows are references. The nearest reference of each of them is the row itself.
        var judged = Judged.All(renewed, _new);
        Assert.InRange(judged.Count(row => row.Score < 2e-3), 150, 199);
        var heldOut = judged.Select(row => row.Score).Order().Skip(150).ToArray();
        // The threshold is the quantile of the held-out scores, any of which may be close to a reference.
        Assert.InRange(renewed.Threshold!.Value, 0, heldOut[^1]);
        Assert.InRange(judged.Count(row => row.PredictedLabel), 20, 25);
        Assert.InRange(judged.SelectMany(row => row.Mask).Average(isMarked => isMarked ? 1.0 : 0.0), 0.005, 0.05);
        Assert.InRange(ShareOfAnomalies(renewed, _old), 0.9, 1);
        // In weighted maps, 1 is a usual error of the new normal rows.
        Assert.InRange(judged.SelectMany(row => row.Where).Average(), 0.5, 2);
        Assert.InRange(ShareOfAnomalies(detector, _new), 0.99, 1);
        using var saved = Reloaded(renewed);
        Judged.AssertEqual(judged, Judged.All(saved, _new));
        using var again = detector.WithReferencesOf(_new, AnomalyThreshold.HeldOutQuantile(0.5), heldOutFraction: 0.25, pixelFalseAlarms: 0.02);
        Judged.AssertEqual(judged, Judged.All(again, _new));
    }

    [Fact]
    public void What_cannot_be_learned_is_refused()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(_old);
        var quantile = AnomalyThreshold.HeldOutQuantile(0.9);
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.WithReferencesOf(_new, quantile, heldOutFraction: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.WithReferencesOf(_ml.Transforms.DropColumns("Pixels").Fit(_new).Transform(_new), quantile));
        Assert.Contains(
            "needs at least 99 rows", Assert.Throws<InvalidOperationException>(() => detector.WithReferencesOf(_new, AnomalyThreshold.FalseAlarms(0.01))).Message);
        using var encoder = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(_old);
        Assert.Throws<InvalidOperationException>(() => encoder.WithReferencesOf(_new, quantile));
    }

    private static double ShareOfAnomalies(AutoencoderTransformer detector, IDataView view) =>
        detector.Transform(view).GetColumn<bool>("PredictedLabel").Average(isAnomaly => isAnomaly ? 1.0 : 0.0);

    private AutoencoderTransformer Reloaded(AutoencoderTransformer detector)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(detector, _old.Schema, file);
        file.Position = 0;
        return (AutoencoderTransformer)_ml.Model.Load(file, out _);
    }
}
