using System.Text.RegularExpressions;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Tests.Training;

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

    /// <summary>Batches of half a second, 400 of them: what is left is known exactly.</summary>
    [Fact]
    public void Within_an_epoch_it_says_how_far_it_is_and_how_long_the_rest_takes()
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

    /// <summary>Steps of two seconds, of which the trainer reports every twentieth.</summary>
    [Fact]
    public void Where_steps_are_slow_the_first_report_says_how_long_it_takes()
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
        Assert.Equal($"{count} images in batches of {batchSize} {fact}, too few to learn much: {remedy}", Assert.Single(Warnings));
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
