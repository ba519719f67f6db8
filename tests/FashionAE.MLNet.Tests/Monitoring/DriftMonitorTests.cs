using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Monitoring;

public sealed class DriftMonitorTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly AutoencoderTransformer _model;

    public DriftMonitorTests()
    {
        var options = Models.AllColumns();
        (options.Epochs, options.ValidationSet) = (5, Images.View(_ml, 300, seed: 2));
        _model = Models.Fit(_ml, options, images: 300);
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Every_full_window_is_compared()
    {
        using var monitor = _ml.Model.CreateDriftMonitor(_model, new() { Window = 100 });
        Assert.Empty(monitor.Observe(Images.View(_ml, 90, seed: 3)));
        Assert.Null(monitor.Report);
        var reports = monitor.Observe(Images.View(_ml, 130, seed: 4));
        Assert.Equal([(1, 100), (2, 100)], reports.Select(report => (report.Window, report.Rows)));
        Assert.Same(reports[^1], monitor.Report);
        Assert.All(reports, report => Assert.False(report.IsAlarm, report.ToString()));
        Assert.Contains("no drift. The score has not changed", monitor.Report!.ToString());
        Assert.False(monitor.IsAlarm);
    }

    [Fact]
    public void Brighter_images_are_an_alarm_that_says_what_has_moved()
    {
        using var monitor = _ml.Model.CreateDriftMonitor(_model, new() { Window = 100, FalseAlarms = 0.002 });
        var bright = Images.Rows(100, 3);
        foreach (var row in bright)
            row.Pixels = Array.ConvertAll(row.Pixels, pixel => 1 - pixel);
        var report = Assert.Single(monitor.Observe(_ml.Data.LoadFromEnumerable(bright)));
        Assert.True(report is { IsScoreAlarm: true, IsCodeAlarm: true, IsScoreHigher: true } && monitor.IsAlarm);
        Assert.True(report.MedianScoreNow > 2 * report.MedianScoreThen);
        // The smallest p-value of the permutation test: ten p-values are at or below the level.
        Assert.Equal(0.0001, report.CodePValue);
        Assert.Contains("drift. The score is higher: median", report.ToString());
        Assert.Contains($"have changed (energy distance", report.ToString());

        var codes = _model.Transform(_ml.Data.LoadFromEnumerable(bright)).GetColumn<float[]>("Code").ToArray();
        Assert.All(report.MovedCodes, moved =>
        {
            var slot = int.Parse(moved.Name["Latent".Length..]) - 1;
            Assert.Equal(codes.Average(code => code[slot]), moved.MeanNow, 1e-4);
        });
        Assert.NotEmpty(report.MovedCodes);
    }

    [Fact]
    public void Rows_that_the_model_has_scored_give_the_same_report_one_by_one()
    {
        using var monitor = _ml.Model.CreateDriftMonitor(_model, new() { Window = 100 });
        using var other = _ml.Model.CreateDriftMonitor(_model, new() { Window = 100 });
        var scored = _model.Transform(Images.View(_ml, 100, seed: 3));
        var reports = scored.GetColumn<float[]>("Code").Zip(scored.GetColumn<float>("Mse"), (code, score) => other.Observe(code, score)).ToArray();
        Assert.All(reports[..^1], Assert.Null);
        Assert.Equal(Assert.Single(monitor.Observe(scored)).ToString(), reports[^1]!.ToString());
    }

    [Fact]
    public void Rows_without_a_score_count_as_the_highest()
    {
        using var monitor = _ml.Model.CreateDriftMonitor(_model, new() { Window = 100 });
        var rows = Images.Rows(100, 3);
        foreach (var row in rows[..60])
            row.Pixels[5] = float.NaN;
        var report = Assert.Single(monitor.Observe(_ml.Data.LoadFromEnumerable(rows)));
        Assert.Equal(60, report.MissingRows);
        Assert.True(report is { IsScoreAlarm: true, IsScoreHigher: true, IsCodeAlarm: false, CodePValue: 1 });
        Assert.Equal(double.PositiveInfinity, report.MedianScoreNow);
        Assert.InRange(report.ScoreStatistic, 0.6, 1);
    }

    [Fact]
    public void Threads_fill_the_same_windows()
    {
        using var monitor = _ml.Model.CreateDriftMonitor(_model, new() { Window = 100, FalseAlarms = 0.5 });
        var reports = new System.Collections.Concurrent.ConcurrentBag<DriftReport>();
        Parallel.For(0, 1050, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (monitor.Observe([i % 7, -i % 11], i % 13) is { } report)
                reports.Add(report);
        });
        Assert.Equal(Enumerable.Range(1, 10).Select(number => (long)number), reports.Select(report => report.Window).Order());
        Assert.Equal(10, monitor.Report!.Window);
    }

    [Fact]
    public void The_autoencoder_of_a_chain_reads_what_the_steps_before_it_make()
    {
        var options = Models.Options();
        options.ValidationSetFraction = 0.3;
        // The added column replaces the column that the step reads.
        (options.InputColumnName, options.LatentColumnName) = ("Scaled", "Scaled");
        var bytes = Images.Rows(300, 3);
        foreach (var row in bytes)
            row.Pixels = Array.ConvertAll(row.Pixels, pixel => MathF.Round(255 * pixel));
        var view = _ml.Data.LoadFromEnumerable(bytes);
        using var chain = _ml.Transforms.ScalePixels("Scaled", "Pixels").Append(_ml.Transforms.Autoencode(options))
            .Append(_ml.Transforms.NormalizeMinMax("Scaled")).Fit(view);
        using var monitor = _ml.Model.CreateDriftMonitor(chain, new() { Window = 100 });
        Assert.Equal([false, false, false], monitor.Observe(view).Select(report => report.IsAlarm));
        Assert.Contains(
            "no autoencoder", Assert.Throws<ArgumentException>(() => _ml.Model.CreateDriftMonitor(_ml.Transforms.CopyColumns("a", "Pixels").Fit(view))).Message);
    }

    [Fact]
    public void A_monitor_outlives_the_model_and_not_its_own_end()
    {
        using var shared = _model.WithOutputs(Models.Applied());
        var monitor = _ml.Model.CreateDriftMonitor(shared, new() { Window = 100 });
        shared.Dispose();
        _model.Dispose();
        Assert.Single(monitor.Observe(Images.View(_ml, 100, seed: 3)));
        monitor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => monitor.Observe(Images.View(_ml, 100, seed: 3)));
    }

    [Fact]
    public void Settings_and_vectors_that_make_no_sense_are_refused()
    {
        foreach (var options in new DriftOptions[] { new() { Window = 49 }, new() { Window = 10_001 }, new() { FalseAlarms = 0 }, new() { FalseAlarms = double.NaN } })
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreateDriftMonitor(_model, options));
        Assert.Contains("49 rows", Assert.Throws<InvalidOperationException>(
            () => _ml.Model.CreateDriftMonitor(_model, new() { Reference = Images.View(_ml, 49) })).Message);
        using var monitor = _ml.Model.CreateDriftMonitor(_model);
        Assert.Contains("3 values", Assert.Throws<ArgumentException>(() => monitor.Observe([1, 2, 3], 1)).Message);
    }
}
