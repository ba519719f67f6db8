using System.Text.RegularExpressions;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Tests.Autoencoding;

[Trait("Pace", "slow")]
public sealed class TrainingLogTests : IDisposable
{
    private const int EnoughEpochs = 200;

    private readonly MLContext _ml = new(seed: 1);
    private readonly List<LoggingEventArgs> _log = [];
    private readonly ManualClock _clock = new();
    private readonly IChannel _channel;

    public TrainingLogTests()
    {
        _ml.Log += (_, e) => _log.Add(e);
        _channel = ((IChannelProvider)_ml).Start("Training");
    }

    private IEnumerable<string> Warnings => _log.Where(e => e.Kind == ChannelMessageKind.Warning).Select(e => e.RawMessage);

    private IEnumerable<string> Infos => _log.Where(e => e.Kind == ChannelMessageKind.Info).Select(e => e.RawMessage);

    public void Dispose() => _channel.Dispose();

    /// <summary>Reports 400 batches of half a second each, for which the remaining time is known exactly.</summary>
    [Fact]
    public void Within_an_epoch_it_reports_progress_and_remaining_time()
    {
        Run(Log(), epochs: 2, batches: 200, secondsPerBatch: 0.5);
        Assert.Equal("Epoch 1/2, batch 8/200: loss 0.50000, about 3 min left", Infos.First());
        Assert.Equal("Epoch 1/2, batch 28/200: loss 0.50000, about 3 min left", Infos.ElementAt(1));
        Assert.Contains("Epoch 2/2, batch 8/200: loss 0.50000, about 96 s left", Infos);
        Assert.DoesNotContain(Infos, line => line.Contains("batch 200/200", StringComparison.Ordinal));
    }

    [Fact]
    public void A_training_that_was_resumed_counts_the_steps_of_this_process_alone()
    {
        var log = Log();
        log.Report(new TrainingProgress(11, 20, 1, 100, 0.5, null));
        _clock.Seconds += 49;
        log.Report(new TrainingProgress(11, 20, 50, 100, 0.5, null));
        Assert.Equal("Epoch 11/20, batch 50/100: loss 0.50000, about 16 min left", Assert.Single(Infos));
    }

    [Fact]
    public void A_training_of_a_day_says_so_in_some_hundred_lines()
    {
        Run(Log(), epochs: 1, batches: 86_400, secondsPerBatch: 1);
        Assert.InRange(Infos.Count(), 20, 120);
        Assert.Contains("about 24.0 h left", Infos.First(), StringComparison.Ordinal);
    }

    /// <summary>Reports steps of two seconds each. As in the trainer, only every twentieth step is reported.</summary>
    [Fact]
    public void With_slow_steps_the_first_report_estimates_the_remaining_time()
    {
        var log = Log();
        _clock.Seconds += 40;
        log.Report(new TrainingProgress(3, 4, 20, 100, 0.5, null));
        Assert.Equal("Epoch 3/4, batch 20/100: loss 0.50000, about 6 min left", Assert.Single(Infos));
    }

    [Theory]
    [InlineData(232, 2, 128, 10, "make 20 training steps in 10 epochs", "set BatchSize to 11 or less, or Epochs to 100 or more.")]
    [InlineData(10, 1, 128, 10, "make 10 training steps in 10 epochs", "set Epochs to 200 or more.")]
    public void Too_few_steps_are_warned_of_with_the_remedy(long count, int steps, int batchSize, int epochs, string fact, string remedy)
    {
        var log = new TrainingLog(_channel, new TrainingOptions { BatchSize = batchSize, Epochs = epochs }, count);
        log.Report(new TrainingProgress(1, epochs, steps, steps, 0.5, null));
        log.Report(new TrainingProgress(1, epochs, steps, steps, 0.5, new EpochRecord(1, 0.5, null, null, 0.001, 1)));
        Message.Says(Assert.Single(Warnings), $"{count} rows in batches of {batchSize} {fact}", remedy);
    }

    [Theory]
    [InlineData(130, 128, 0, 0.0)]
    [InlineData(400, 100, 0, 0.5)]
    [InlineData(97, 32, 1, 0.2)]
    public void Who_follows_the_advice_is_not_warned_again(int count, int batchSize, int copies, double heldOut)
    {
        var options = new AutoencoderOptions
        {
            Architecture = new DenseArchitecture(Images.Shape, 1) { HiddenSizes = [4], Dropout = [] },
            BatchSize = batchSize,
            Epochs = 20,
            ValidationSetFraction = heldOut,
            Augmentation = copies > 0 ? new GaussianNoise() : null,
            AugmentedCopies = copies,
        };
        Fit(options);
        var advice = Regex.Match(Assert.Single(Warnings), "set BatchSize to ([0-9]+) or less, or Epochs to ([0-9]+) or more");
        Assert.True(advice.Success);
        _log.Clear();

        Fit(options with { BatchSize = int.Parse(advice.Groups[1].Value) });
        Fit(options with { Epochs = int.Parse(advice.Groups[2].Value) });
        Assert.Empty(Warnings);

        void Fit(AutoencoderOptions tried)
        {
            var ml = new MLContext(seed: 1);
            ml.Log += (_, e) => _log.Add(e);
            ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", tried).Fit(Images.View(ml, count)).Dispose();
        }
    }

    /// <summary>The mean image has the lowest squared error of all constant outputs. The formula computes it in double precision.</summary>
    [Theory]
    [InlineData(1e-9, false, 1 << 30)]
    [InlineData(1e-9, true, 1)] // streamed
    [InlineData(50.0, false, 1 << 30)]
    public void A_learning_rate_at_which_nothing_is_learned_is_warned_of_with_the_remedy(double learningRate, bool isWithAbsoluteError, long memory)
    {
        var rows = Images.Rows(200, 4);
        var options = Small(learningRate);
        (options.Loss, options.MaximumMemoryInBytes, options.TargetColumnName) = (Loss(isWithAbsoluteError), memory, "Pixels");
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) => _log.Add(e);
        using var model = ml.Transforms.ReconstructWithAutoencoder("Clean", "Noisy", options).Fit(ml.Data.LoadFromEnumerable(rows));

        var mean = Enumerable.Range(0, Images.Size).Select(i => rows.Average(row => (double)row.Pixels[i])).ToArray();
        var ofMeanImage = rows.Average(row => row.Pixels.Select((pixel, i) => Math.Pow(pixel - mean[i], 2)).Average());
        var warning = Assert.Single(Warnings, line => line.Contains("no better than the mean image", StringComparison.Ordinal));
        var match = Regex.Match(
            warning, "^The mean squared error of epoch 4 is ([0-9.]+)[.] If every output were the mean image, it would be ([0-9.]+): .*LearningRate is ([^;]+); lower it");
        Assert.True(match.Success, warning);
        Assert.Equal($"{ofMeanImage:F5}", match.Groups[2].Value);
        Assert.True(double.Parse(match.Groups[1].Value) > ofMeanImage);
        Assert.Equal($"{learningRate:G3}", match.Groups[3].Value);
        if (!isWithAbsoluteError)
            Assert.Equal($"{model.History!.Epochs[3].TrainLoss:F5}", match.Groups[1].Value);
    }

    /// <summary>There are only two steps: no network can learn in them at any learning rate.</summary>
    [Theory]
    [InlineData(0.001, false)]
    [InlineData(1e-6, true)]
    [InlineData(5.0, true)]
    public void After_few_steps_a_usual_learning_rate_is_not_blamed(double learningRate, bool isBlamed)
    {
        var options = Small(learningRate);
        (options.BatchSize, options.Epochs) = (64, 1);
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) => _log.Add(e);
        ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Images.View(ml, 128)).Dispose();
        Assert.Equal(isBlamed ? 2 : 1, Warnings.Count());
        Assert.Equal(isBlamed, Warnings.Last().Contains("no better than the mean image", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, 0.0)]
    [InlineData(true, 0.1)]
    public void A_training_that_learns_is_not_warned_of(bool isWithAbsoluteError, double similarityWeight)
    {
        var options = Small(0.01);
        (options.Loss, options.SimilarityWeight, options.Augmentation, options.AugmentedCopies) = (Loss(isWithAbsoluteError), similarityWeight, new GaussianNoise(), 1);
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) => _log.Add(e);
        ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Images.View(ml, 200)).Dispose();
        Assert.Empty(Warnings);
    }

    /// <summary>
    /// The pixels differ by at most a hundredth, so the mean image is almost the best output: its mean squared error is below 0.0001.
    /// </summary>
    [Fact]
    public void A_training_on_images_that_are_almost_the_same_is_not_warned_of()
    {
        var (random, part) = (new Random(3), Images.Rows(1, 4)[0].Pixels);
        var rows = Images.Rows(200, 4);
        foreach (var row in rows)
            row.Pixels = [.. part.Select(pixel => Math.Clamp(pixel + 0.02f * (random.NextSingle() - 0.5f), 0, 1))];
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) => _log.Add(e);
        using var model = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Small(0.002)).Fit(ml.Data.LoadFromEnumerable(rows));
        var losses = model.History!.Epochs.Select(epoch => epoch.TrainLoss).ToArray();
        Assert.True(losses[^1] > 0.0001, "It is worse than the mean image when it is judged.");
        Assert.True(losses[^1] < losses[0] / 20);
        Assert.Empty(Warnings);
    }

    /// <summary>Measured errors of the first batch, of an epoch and of the mean image.</summary>
    [Theory]
    [InlineData(0.028, 0.00013, 0.00012, false)] // aligned parts
    [InlineData(0.17, 0.089, 0.087, true)] // a collapse to the mean image
    [InlineData(0.17, 0.087, 0.0869, false)] // on its way past the mean image
    [InlineData(0.17, 0.1699, 0.087, true)] // a rate so low that nothing moves
    public void Only_a_network_that_is_worse_than_the_mean_image_and_has_not_improved_tenfold_is_blamed_on_its_learning_rate(
        double first, double error, double ofMeanImage, bool isBlamed) =>
        Assert.Equal(isBlamed, new MeanImageComparison(first, error, ofMeanImage, 400).Blames(0.001));

    private static ReconstructionLoss Loss(bool isWithAbsoluteError) =>
        isWithAbsoluteError ? ReconstructionLoss.MeanSquaredAndAbsoluteError : ReconstructionLoss.MeanSquaredError;

    private static AutoencoderOptions Small(double learningRate) => new()
    {
        Architecture = new DenseArchitecture(Images.Shape, 8) { HiddenSizes = [32], Dropout = [] },
        BatchSize = 4,
        Epochs = 8,
        LearningRate = learningRate,
    };

    private TrainingLog Log() => new(_channel, new TrainingOptions { Epochs = EnoughEpochs }, 1000, _clock);

    /// <summary>Reports every second batch, as the trainer reports every twentieth.</summary>
    private void Run(TrainingLog log, int epochs, int batches, double secondsPerBatch)
    {
        for (var epoch = 1; epoch <= epochs; epoch++)
            for (var batch = 2; batch <= batches; batch += 2)
            {
                log.Report(new TrainingProgress(epoch, epochs, batch, batches, 0.5, null));
                _clock.Seconds += 2 * secondsPerBatch;
            }
    }

    private sealed class ManualClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }
}
