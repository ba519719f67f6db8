using System.Diagnostics;
using System.Diagnostics.Metrics;
using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Cursors;

public class ScoringTelemetryTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Stages_rows_and_anomalies_of_a_view_are_measured()
    {
        var view = Images.View(_ml, 50);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.5)).Fit(view);
        var measured = new List<(string Name, string? Stage, double Value)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "FashionAE" && instrument.Name.StartsWith("fashionae.scoring.", StringComparison.Ordinal))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Add((instrument.Name, tags.IsEmpty ? null : (string?)tags[0].Value, value));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();

        var watch = Stopwatch.StartNew();
        var verdicts = detector.Transform(view).GetColumn<bool>("PredictedLabel").ToArray();
        var seconds = watch.Elapsed.TotalSeconds;

        Assert.Contains(true, verdicts);
        Assert.Equal(verdicts.Count(isAnomaly => isAnomaly), Sum("fashionae.scoring.anomalies", null));
        string[] stages = ["encode", "decode", "score"];
        Assert.All(stages, stage => Assert.Equal(50, Sum("fashionae.scoring.rows", stage)));
        // The time of a stage excludes the stages that it depends on. Otherwise the sum would exceed the total.
        Assert.InRange(stages.Sum(stage => Sum("fashionae.scoring.batch.duration", stage)), 1e-9, seconds);
        Assert.All(stages, stage => Assert.True(Sum("fashionae.scoring.batch.duration", stage) > 0));

        double Sum(string name, string? stage) => measured.Where(of => (of.Name, of.Stage) == (name, stage)).Sum(of => of.Value);
    }

    [Fact]
    public void A_stage_that_throws_within_another_one_does_not_change_the_times_of_the_others()
    {
        var measured = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "fashionae.scoring.batch.duration")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => measured.Add((string)tags[0].Value!, value));
        listener.Start();

        var (watch, failed) = (Stopwatch.StartNew(), new Stopwatch());
        ScoringTelemetry.Run("outer", 1, () =>
        {
            ScoringTelemetry.Run("inner", 1, () => Thread.Sleep(20));
            Assert.Throws<IOException>(() => ScoringTelemetry.Run("failed", 1, () =>
            {
                failed.Start();
                Thread.Sleep(20);
                failed.Stop();
                throw new IOException();
            }));
        });
        var seconds = (watch.Elapsed - failed.Elapsed).TotalSeconds;

        Assert.Equal(["inner", "outer"], measured.Keys);
        // The time of a stage excludes the stages within it. Otherwise the sum would exceed the total.
        Assert.InRange(measured.Values.Sum(), 1e-9, seconds);
    }
}
