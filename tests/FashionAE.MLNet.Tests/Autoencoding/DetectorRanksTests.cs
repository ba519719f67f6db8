using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch.Tests.Support;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests a detector that several processes, here threads, train together.</summary>
[Trait("Pace", "slow")]
public sealed class DetectorRanksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-ranks-").FullName;
    private readonly MLContext _ml = new(1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(3, 1L << 30)]
    [InlineData(null, 1L << 30)]
    [InlineData(3, 10_000L)]
    public void All_ranks_hold_out_the_same_rows_and_get_the_same_detector(int? seed, long memory)
    {
        var rows = Images.Rows(30, 7);
        var found = ThreadRanks.Run(2, exchange =>
        {
            // Without a seed in the options, each process draws a different seed.
            var ml = new MLContext(seed ?? exchange.Rank);
            var options = Models.WholeDetector(epochs: 2, score: AnomalyScore.MeanSquaredError);
            (options.Seed, options.Exchange, options.MaximumMemoryInBytes, options.HeldOutFraction) = (seed, exchange, memory, 0.25);
            using var detector = ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(ml, 120, 2));
            return (detector.Threshold, detector.PixelThreshold, Rows: Judged.All(detector, ml.Data.LoadFromEnumerable(rows)));
        });
        Assert.Equal((found[0].Threshold, found[0].PixelThreshold), (found[1].Threshold, found[1].PixelThreshold));
        Judged.AssertEqual(found[0].Rows, found[1].Rows);
    }

    /// <summary>The ranks have separate folders, like hosts without a common file system.</summary>
    [Fact]
    public void The_rows_are_those_of_the_checkpoint_which_rank_0_alone_has()
    {
        AutoencoderAnomalyTrainer.Options Options(int epochs, string name)
        {
            var options = Models.WholeDetector(epochs, AnomalyScore.MeanSquaredError);
            (options.Seed, options.CheckpointPath, options.Resume) = (null, Path.Combine(_folder, name), true);
            return options;
        }

        var data = Images.View(_ml, 120, 2);
        using var whole = new MLContext(5).AnomalyDetection.Trainers.Autoencoder(Options(3, "whole")).Fit(data);
        new MLContext(5).AnomalyDetection.Trainers.Autoencoder(Options(1, "rank0")).Fit(data).Dispose();
        var thresholds = ThreadRanks.Run(2, exchange =>
        {
            var ml = new MLContext(6 + exchange.Rank);
            var options = Options(3, $"rank{exchange.Rank}");
            options.Exchange = exchange;
            using var detector = ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(ml, 120, 2));
            return detector.Threshold!.Value;
        });
        Assert.Equal(thresholds[0], thresholds[1]);
        // The dense network has dropout and batch normalization, which depend on the ranks.
        Assert.Equal(whole.Threshold!.Value, thresholds[0], 0.5f * whole.Threshold.Value);
    }
}
