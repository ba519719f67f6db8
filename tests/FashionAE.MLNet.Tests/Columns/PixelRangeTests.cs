using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Tests.Columns;

/// <summary>Training rejects values outside [0, 1]. All other steps that read images warn of them once per view.</summary>
public sealed class PixelRangeTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly List<string> _warnings = [];
    private readonly AutoencoderTransformer _encoder;
    private readonly AutoencoderTransformer _cleaner;
    private readonly AutoencoderTransformer _detector;

    public PixelRangeTests()
    {
        _encoder = Models.Fit(_ml, Models.AllColumns());
        var options = Models.AllColumns();
        (options.InputColumnName, options.TargetColumnName) = ("Noisy", "Pixels");
        _cleaner = Models.Fit(_ml, options);
        _detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(Images.View(_ml, 40));
        Listen(_ml);
    }

    public static TheoryData<string, string> Steps => new()
    {
        { "encode", "Autoencoder" }, { "scores", "Autoencoder" }, { "target", "Autoencoder" }, { "anomalies", "Autoencoder" },
        { "score", "ScoreReconstruction" }, { "evaluate", "ScoreReconstruction" },
        { "noise", "AddGaussianNoise" }, { "rotate", "RotateImages" },
    };

    public void Dispose()
    {
        _encoder.Dispose();
        _cleaner.Dispose();
        _detector.Dispose();
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Unscaled_pixels_are_a_warning_with_the_place_and_the_remedy(string step, string name)
    {
        var rows = Images.Rows(300);
        rows[270].Pixels[5] = 128;
        rows[290].Pixels[0] = 255;
        Read(step, _ml.Data.LoadFromEnumerable(rows));
        Message.Says(Assert.Single(_warnings), "'Pixels'", "the value 128 in row 270, slot 5", $"{name} expects values in [0, 1]", "append ScalePixels");
        // Each view warns again.
        Read(step, _ml.Data.LoadFromEnumerable(rows));
        Assert.Equal(2, _warnings.Count);
    }

    [Fact]
    public void A_view_that_is_read_over_and_over_warns_once()
    {
        var view = _encoder.Transform(Unscaled(600));
        Parallel.For(0, 4, _ => Assert.Equal(600, view.GetColumn<float>("Mse").Count()));
        // The other warning is about a view without a cache.
        Assert.Single(_warnings, warning => warning.Contains("has the value", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Images_in_the_range_and_those_that_are_missing_are_no_warning(string step, string name)
    {
        var rows = Images.Rows(20);
        (rows[3].Pixels[1], rows[3].Pixels[2]) = (float.NaN, 128);
        (rows[4].Pixels[1], rows[5].Pixels[1]) = (float.PositiveInfinity, float.NegativeInfinity);
        (rows[6].Pixels[1], rows[7].Pixels[1]) = (-5e-7f, 1 + 5e-7f);
        Read(step, _ml.Data.LoadFromEnumerable(rows));
        Assert.True(_warnings.Count == 0, name);
    }

    [Theory]
    [InlineData(-5e-7f, true)]
    [InlineData(1.0000005f, true)]
    [InlineData(-1e-5f, false)]
    [InlineData(1.00001f, false)]
    [InlineData(128f, false)]
    public void Only_values_that_training_refuses_cause_a_warning(float value, bool isAccepted)
    {
        var rows = Images.Rows(40);
        rows[2].Pixels[7] = value;
        var data = _ml.Data.LoadFromEnumerable(rows);
        var refused = Record.Exception(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(data).Dispose());
        _warnings.Clear();
        Read("encode", data);
        Assert.Equal((isAccepted, isAccepted), (refused is null, _warnings.Count == 0));
    }

    [Theory]
    [InlineData(-0.9f, 1.9f, 0)]
    [InlineData(-1.1f, 1, 1)]
    [InlineData(0, 2.1f, 1)]
    [InlineData(0, 128, 1)]
    public void A_reconstruction_may_overshoot_by_less_than_the_range(float smallest, float largest, int warnings)
    {
        var rows = Images.Rows(5);
        (rows[2].Noisy[7], rows[2].Noisy[8]) = (smallest, largest);
        Read("score", _ml.Data.LoadFromEnumerable(rows));
        Assert.Equal(warnings, _warnings.Count(w => w.StartsWith("Column 'Noisy' has", StringComparison.Ordinal)));
    }

    [Fact]
    public void Columns_that_are_not_read_cause_no_warning()
    {
        var view = _encoder.Transform(Unscaled(3));
        Assert.Equal([0, 1, 2], view.GetColumn<int>("Id"));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void The_numbers_are_those_of_the_formula_all_the_same()
    {
        var view = _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Mse").Fit(Unscaled(1)).Transform(Unscaled(1));
        var row = Images.Rows(1)[0];
        Assert.Equal(row.Noisy.Average(v => (128.0 - v) * (128.0 - v)), view.GetColumn<float>("Mse").Single(), 0.01);
    }

    [Fact]
    public void An_engine_of_a_loaded_model_warns_once_in_the_log_of_the_context_that_loaded_it()
    {
        using var file = new MemoryStream();
        _ml.Model.Save(_encoder, Images.View(_ml, 1).Schema, file);
        file.Position = 0;
        var other = new MLContext();
        Listen(other);
        using var engine = other.Model.CreatePredictionEngine<ImageRow, Scored>(other.Model.Load(file, out _));
        engine.Predict(Images.Rows(1)[0]);
        Assert.Empty(_warnings);
        for (var i = 0; i < 3; i++)
            engine.Predict(Images.Gray(1, 128)[0]);
        Assert.StartsWith("Column 'Pixels' has the value 128 in row 1, slot 0, but Autoencoder expects", Assert.Single(_warnings));
    }

    [Fact]
    public void A_detector_with_another_threshold_warns_too()
    {
        using var milder = _detector.WithThreshold(1);
        Assert.True(milder.Transform(Unscaled(1)).GetColumn<bool>("PredictedLabel").Single());
        Assert.Single(_warnings);
    }

    [Fact]
    public void A_file_of_a_trained_model_warns_too()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            AutoencoderFile.Save(_encoder.Model, path);
            using var applied = _ml.Transforms.ApplyAutoencoder("Code", "Pixels", path).Fit(Unscaled(1));
            Assert.Single(applied.Transform(Unscaled(1)).GetColumn<float[]>("Code"));
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Single(_warnings);
    }

    private IDataView Unscaled(int count) => _ml.Data.LoadFromEnumerable(Images.Gray(count, 128));

    private void Read(string step, IDataView data)
    {
        if (step == "evaluate")
        {
            _ml.Reconstruction.Evaluate(data, "Pixels", "Noisy");
            return;
        }
        var (model, column) = step switch
        {
            "encode" => ((ITransformer)_encoder, "Code"),
            "scores" => (_encoder, "ErrorMap"),
            "target" => (_cleaner, "Mse"),
            "anomalies" => (_detector, "Score"),
            "score" => (_ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Mse").Fit(data), "Mse"),
            "noise" => (_ml.Transforms.AddGaussianNoise("New", "Pixels").Fit(data), "New"),
            _ => (_ml.Transforms.RotateImages("New", "Pixels", copies: 1).Fit(data), "New"),
        };
        RowReads.Rows(model.Transform(data), column);
    }

    private void Listen(MLContext ml) => ml.Log += (_, e) =>
    {
        if (e.Kind == ChannelMessageKind.Warning)
            lock (_warnings)
                _warnings.Add(e.RawMessage);
    };

    private sealed class Scored
    {
        public float Mse { get; set; }
    }
}
