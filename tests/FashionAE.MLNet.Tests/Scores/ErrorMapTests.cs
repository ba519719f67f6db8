using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Scores;

public abstract class ErrorMapTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void A_map_holds_the_squared_error_of_every_pixel()
    {
        var rows = Images.Rows(300, 5); // more than a batch
        var data = _ml.Data.LoadFromEnumerable(rows);
        var view = _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", mseColumnName: "Mse", errorMapColumnName: "Map").Fit(data).Transform(data);
        Assert.Equal(data.Schema["Pixels"].Type, view.Schema["Map"].Type);
        foreach (var (row, map, mse) in rows.Zip(view.GetColumn<float[]>("Map"), view.GetColumn<float>("Mse")))
        {
            Assert.All(row.Pixels.Zip(row.Noisy, map), p => Assert.Equal(((double)p.First - p.Second) * ((double)p.First - p.Second), p.Third, 1e-7));
            Assert.Equal(mse, map.Average(v => (double)v), 1e-7);
        }
    }

    [Fact]
    public void An_autoencoders_map_compares_its_reconstruction_with_the_target()
    {
        var options = Models.AllColumns();
        (options.InputColumnName, options.TargetColumnName) = ("Noisy", "Pixels");
        using var transformer = Models.Fit(_ml, options);
        var view = transformer.Transform(Images.View(_ml, 30, 8));
        foreach (var ((target, reconstruction), (map, mse)) in view.GetColumn<float[]>("Pixels").Zip(view.GetColumn<float[]>("Clean"))
            .Zip(view.GetColumn<float[]>("ErrorMap").Zip(view.GetColumn<float>("Mse"))))
        {
            Assert.All(target.Zip(reconstruction, map), p => Assert.Equal(((double)p.First - p.Second) * ((double)p.First - p.Second), p.Third, 1e-7));
            Assert.Equal(mse, map.Average(v => (double)v), 1e-7);
        }
    }

    [Fact]
    public void A_detector_finds_where_an_image_is_damaged()
    {
        var options = Models.Detector(epochs: 30);
        (options.ErrorMapColumnName, options.Smoothing) = ("Map", 0);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_ml.Data.LoadFromEnumerable(Images.Rows(400, 3)));
        var rows = Images.Rows(50, 9);
        foreach (var row in rows)
            row.Pixels[Images.Size - 1] = 1; // a corner that no rectangle reaches
        var view = detector.Transform(_ml.Data.LoadFromEnumerable(rows));
        Assert.Equal(["Score", "PredictedLabel", "Map"], view.Schema.Skip(5).Select(c => c.Name));
        Assert.All(view.GetColumn<float[]>("Map"), map => Assert.InRange(map[^1], 0.8, 1));
        Assert.InRange(view.GetColumn<float[]>("Map").Count(map => map.Max() == map[^1]), 40, 50);
    }

    [Fact]
    public void A_map_without_a_size_gets_one_from_the_shape()
    {
        var rows = Images.Rows(3);
        var data = _ml.Data.LoadFromEnumerable(Array.ConvertAll(rows, r => new Loose { Pixels = r.Pixels, Noisy = r.Noisy }));
        var options = new ReconstructionScoringEstimator.Options { ErrorMapColumnName = "Map", Shape = Images.Shape };
        var view = _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", options).Fit(data).Transform(data);
        Assert.Equal("Vector<Single, 1, 12, 12>", $"{view.Schema["Map"].Type}");
        Assert.Equal(3, view.GetColumn<float[]>("Map").Count(map => map.Length == Images.Size));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(0.25f)]
    [InlineData(255f)]
    public void A_picture_is_white_where_the_map_has_the_maximum(float maximum)
    {
        var row = new Loose { Pixels = [0, 0.1f * maximum, 0.5f * maximum, maximum, 2 * maximum, -maximum] };
        var data = _ml.Data.LoadFromEnumerable([row]);
        var options = new ImageDrawingEstimator.Options { Shape = new ImageShape(1, 2, 3), MaximumValue = maximum };
        using var image = _ml.Transforms.DrawImages("Image", "Pixels", options).Fit(data).Transform(data).GetColumn<MLImage>("Image").Single();
        Assert.Equal([0, 26, 128, 255, 255, 0], Enumerable.Range(0, 6).Select(i => (int)image.Pixels[4 * i]));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_maximum_that_makes_no_picture_is_refused(float maximum) => Assert.Throws<ArgumentOutOfRangeException>(
        () => _ml.Transforms.DrawImages("Image", "Pixels", new ImageDrawingEstimator.Options { MaximumValue = maximum }));

    private sealed class Loose
    {
        public float[] Pixels { get; set; } = [];

        public float[] Noisy { get; set; } = [];
    }
}

public sealed class ErrorMapTestsByLibTorch : ErrorMapTests, IClassFixture<ScoredByLibTorch>;

public sealed class ErrorMapTestsByOnnxRuntime : ErrorMapTests, IClassFixture<ScoredByOnnxRuntime>;
