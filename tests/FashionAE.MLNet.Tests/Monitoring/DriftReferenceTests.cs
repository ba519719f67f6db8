using System.Security.Cryptography;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Monitoring;

/// <summary>Tests which rows a model keeps, in memory after the training and in its file.</summary>
public sealed class DriftReferenceTests : IDisposable
{
    private const string Part = "Reference.safetensors";

    private readonly MLContext _ml = new(1);
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("fashionae-").FullName, "model.zip");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void A_validation_set_is_kept_as_the_model_scores_it()
    {
        var validation = Images.View(_ml, 100, seed: 2);
        var options = Models.AllColumns();
        options.ValidationSet = validation;
        using var model = Models.Fit(_ml, options);
        AssertRows(model, model.Transform(validation), "Mse");
        Assert.True(model.Reference!.IsUnseen);
    }

    [Fact]
    public void Rows_that_the_trainer_holds_out_are_kept()
    {
        var options = Models.AllColumns();
        options.ValidationSetFraction = 0.3;
        using var model = Models.Fit(_ml, options, images: 300);
        // The validation loss is the mean of the scores of these rows.
        Assert.Equal(90, model.Reference!.Scores.Length);
        Assert.Equal(model.History!.Epochs[^1].ValidationLoss!.Value, model.Reference.Scores.Average(), 1e-6);
        Assert.True(model.Reference.IsUnseen);
    }

    [Fact]
    public void Training_rows_are_kept_where_there_are_no_others_and_a_monitor_warns_of_them()
    {
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add(e.Message);
        using var model = Models.Fit(_ml, Models.AllColumns(), images: 60);
        AssertRows(model, model.Transform(Images.View(_ml, 60)), "Mse");
        Assert.False(model.Reference!.IsUnseen);
        _ml.Model.CreateDriftMonitor(model).Dispose();
        Assert.Contains(log, message => message.Contains("ValidationSetFraction", StringComparison.Ordinal));
        log.Clear();
        using var better = model.WithReference(Images.View(_ml, 60, seed: 2));
        _ml.Model.CreateDriftMonitor(better).Dispose();
        Assert.DoesNotContain(log, message => message.Contains("ValidationSetFraction", StringComparison.Ordinal));
    }

    [Fact]
    public void A_detector_keeps_rows_that_were_held_out_with_its_own_score()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(Images.View(_ml, 600));
        Assert.Equal(detector.HeldOutScores.Length, detector.Reference!.Scores.Length);
        Assert.All(detector.HeldOutScores.Zip(detector.Reference.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        using var stricter = detector.WithThreshold(1e9f);
        using var monitor = _ml.Model.CreateDriftMonitor(stricter, new() { Window = 100 });
        var view = Images.View(_ml, 100, seed: 3);
        var report = Assert.Single(monitor.Observe(view));
        Assert.Equal(detector.Transform(view).GetColumn<float>("Score").Order().ElementAt(50), report.MedianScoreNow, 1e-4);
        // Without the detector, the score is a different one.
        using var autoencoder = detector.WithOutputs(Models.Applied());
        Assert.Null(autoencoder.Reference);
    }

    [Fact]
    public void Of_many_rows_a_sample_is_drawn_by_the_seed()
    {
        // The latent vectors of the first half of the rows differ from those of the second half.
        (ReadOnlyMemory<float>, float)[] rows = [.. Enumerable.Range(0, 20_000).Select(i => (new ReadOnlyMemory<float>([i, i < 10_000 ? 0 : 1]), (float)i))];
        var drawn = DriftReference.Draw(rows, 3, isUnseen: true);
        Assert.Equal((2000, 2048), (drawn.Scores.Distinct().Count(), drawn.Codes.Length));
        // The quantiles of 16,384 scores, at i / 2001.
        Assert.All(drawn.Scores.Index(), score => Assert.Equal(20_000 * (score.Index + 1) / 2001.0, score.Item, 5 * 20_000 / Math.Sqrt(4 * 16_384)));
        Assert.Equal(0.5, drawn.Codes.Where((_, i) => i % 2 == 1).Average(), 5 * 0.5 / Math.Sqrt(1024));
        Assert.Equal(drawn.Codes, DriftReference.Draw(rows, 3, isUnseen: true).Codes);
        Assert.NotEqual(drawn.Codes, DriftReference.Draw(rows, 4, isUnseen: true).Codes);
        (ReadOnlyMemory<float>, float)[] missing = [(new([1, float.NaN]), 1), (new([1, 2]), float.NaN), (new([3, 4]), 5)];
        Assert.Equal([3f, 4f], DriftReference.Draw(missing, 3, isUnseen: true).Codes);
    }

    [Fact]
    public void A_file_has_the_reference()
    {
        using var model = Save();
        using var loaded = Load();
        Assert.Equal(model.Reference!.Scores, loaded.Reference!.Scores);
        Assert.Equal(model.Reference.Codes, loaded.Reference.Codes);
        Assert.Equal(model.Reference.IsUnseen, loaded.Reference.IsUnseen);
        var view = Images.View(_ml, 100, seed: 3);
        using var monitor = _ml.Model.CreateDriftMonitor(model, new() { Window = 100 });
        using var other = _ml.Model.CreateDriftMonitor(loaded, new() { Window = 100 });
        Assert.Equal(monitor.Observe(view).Select(report => $"{report}"), other.Observe(view).Select(report => $"{report}"));
    }

    [Fact]
    public void A_model_of_version_0_1_gets_one_by_a_view()
    {
        using var old = (AutoencoderTransformer)_ml.Model.Load(Path.Combine(AppContext.BaseDirectory, "Golden", "detector_version_0_1_0.zip"), out var schema);
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Model.CreateDriftMonitor(old));
        Assert.Contains("WithReference(view)", error.Message);
        var view = Images.Garments(_ml);
        using (_ml.Model.CreateDriftMonitor(old, new() { Reference = view }))
        {
        }
        using var monitored = old.WithReference(view);
        _ml.Model.Save(monitored, schema, _path);
        using var loaded = Load();
        using var monitor = _ml.Model.CreateDriftMonitor(loaded);
        Assert.All(monitor.Observe(view), report => Assert.False(report.IsAlarm));
        Assert.Equal(old.Threshold, loaded.Threshold);
    }

    [Fact]
    public void An_altered_reference_is_refused()
    {
        Save().Dispose();
        var saved = File.ReadAllBytes(_path);
        ModelZip.Replace(_path, Part, _ => null);
        AssertRefused();
        foreach (var change in new Action<Dictionary<string, StoredTensor>>[]
        {
            tensors => tensors.Remove("scores"),
            tensors => tensors.Remove("codes"),
            tensors => tensors["codes"] = StoredTensor.Of(new float[3], 3),
            tensors => tensors["codes"] = StoredTensor.Of(new float[2000], 2000),
            tensors => tensors["codes"] = StoredTensor.Of(new double[2], 2),
            tensors => tensors["scores"] = StoredTensor.Of(new float[1_000_000], 1_000_000),
            tensors => tensors["scores"] = StoredTensor.Of([1, float.NaN], 2),
        })
        {
            File.WriteAllBytes(_path, saved);
            var sum = "";
            ModelZip.Replace(_path, Part, bytes =>
            {
                var tensors = SafeTensorsFile.Read(new MemoryStream(bytes)).Tensors;
                change(tensors);
                using var written = new MemoryStream();
                SafeTensorsFile.Write(written, tensors);
                sum = Convert.ToHexString(SHA256.HashData(written.ToArray()));
                return written.ToArray();
            });
            AssertRefused();
            ModelZip.ChangeSettings(_path, "(\"IsUnseen\":[^,]+,\"Sha256\":\")[^\"]*", $"${{1}}{sum}");
            AssertRefused();
        }
    }

    private static void AssertRows(AutoencoderTransformer model, IDataView scored, string score)
    {
        Assert.All(
            scored.GetColumn<float>(score).Order().Zip(model.Reference!.Scores, (expected, actual) => (expected, actual)),
            pair => Assert.Equal(pair.expected, pair.actual, 1e-5));
        Assert.Equal(scored.GetColumn<float>(score).Count(), model.Reference.Scores.Length);
        var codes = scored.GetColumn<float[]>("Code").ToArray();
        Assert.Equal(codes.Length, model.Reference.Codes.Length / model.LatentSize);
        Assert.All(model.Reference.Codes.Chunk(model.LatentSize), code => Assert.Contains(
            codes, other => other.Zip(code).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4)));
    }

    private AutoencoderTransformer Save()
    {
        var options = Models.AllColumns();
        options.ValidationSet = Images.View(_ml, 100, seed: 2);
        var model = Models.Fit(_ml, options);
        _ml.Model.Save(model, Images.View(_ml, 1).Schema, _path);
        return model;
    }

    private AutoencoderTransformer Load() => (AutoencoderTransformer)_ml.Model.Load(_path, out _);

    private void AssertRefused()
    {
        var error = Record.Exception(() => _ml.Model.Load(_path, out _));
        while (error is not (null or FormatException))
            error = error.InnerException;
        Assert.Contains(Part, Assert.IsType<FormatException>(error).Message);
    }
}
