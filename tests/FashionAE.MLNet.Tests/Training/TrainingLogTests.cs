using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Tests.Training;

public sealed class TrainingLogTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<LoggingEventArgs> _log = [];
    private readonly ManualClock _clock = new();
    private readonly IChannel _channel;

    public TrainingLogTests()
    {
        _ml.Log += (_, e) => _log.Add(e);
        _channel = ((IChannelProvider)_ml).Start("Training");
    }

    private IEnumerable<string> Infos => _log.Where(e => e.Kind == ChannelMessageKind.Info).Select(e => e.RawMessage);

    public void Dispose() => _channel.Dispose();

    /// <summary>Batches of half a second, 400 of them: what is left is known exactly.</summary>
    [Fact]
    public void Within_an_epoch_it_says_how_far_it_is_and_how_long_the_rest_takes()
    {
        Run(new TrainingLog(_channel, _clock), epochs: 2, batches: 200, secondsPerBatch: 0.5);
        Assert.Equal("Epoch 1/2, batch 8/200: loss 0.50000, about 3 min left", Infos.First());
        Assert.Equal("Epoch 1/2, batch 28/200: loss 0.50000, about 3 min left", Infos.ElementAt(1));
        Assert.Contains("Epoch 2/2, batch 8/200: loss 0.50000, about 96 s left", Infos);
        Assert.DoesNotContain(Infos, line => line.Contains("batch 200/200", StringComparison.Ordinal));
    }

    [Fact]
    public void A_training_that_was_resumed_counts_the_steps_of_this_process_alone()
    {
        var log = new TrainingLog(_channel, _clock);
        log.Report(new TrainingProgress(11, 20, 1, 100, 0.5, null));
        _clock.Seconds += 49;
        log.Report(new TrainingProgress(11, 20, 50, 100, 0.5, null));
        Assert.Equal("Epoch 11/20, batch 50/100: loss 0.50000, about 16 min left", Assert.Single(Infos));
    }

    [Fact]
    public void A_training_of_a_day_says_so_in_some_hundred_lines()
    {
        Run(new TrainingLog(_channel, _clock), epochs: 1, batches: 86_400, secondsPerBatch: 1);
        Assert.InRange(Infos.Count(), 20, 120);
        Assert.Contains("about 24.0 h left", Infos.First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(232, 2, 128, 10, "make 2 training steps an epoch and 20 in all", "set BatchSize to 12 or less, or Epochs to 100 or more.")]
    [InlineData(10, 1, 128, 10, "make 1 training steps an epoch and 10 in all", "set Epochs to 200 or more.")]
    public void Too_few_steps_are_warned_of_with_the_remedy(long count, int steps, int batchSize, int epochs, string fact, string remedy)
    {
        new TrainingLog(_channel).WarnOfFewSteps(count, steps, new TrainingOptions { BatchSize = batchSize, Epochs = epochs });
        Assert.Equal(
            $"{count} images in batches of {batchSize} {fact}, too few to learn much: {remedy}",
            Assert.Single(_log, e => e.Kind == ChannelMessageKind.Warning).RawMessage);
    }

    [Fact]
    public void Two_hundred_steps_are_enough()
    {
        new TrainingLog(_channel).WarnOfFewSteps(1280, 10, new TrainingOptions { BatchSize = 128, Epochs = 20 });
        Assert.DoesNotContain(_log, e => e.Kind == ChannelMessageKind.Warning);
    }

    [Fact]
    public void Fit_warns_of_few_steps_and_copies_count()
    {
        var (ml, options) = (new MLContext(seed: 1), Models.Options(epochs: 1));
        options.BatchSize = 10;
        (options.Augmentation, options.AugmentedCopies) = (new GaussianNoise(), 1);
        ml.Log += (_, e) => _log.Add(e);
        using var transformer = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Images.View(ml, 100));
        Assert.StartsWith(
            "100 images in batches of 10 make 20 training steps an epoch and 20 in all",
            _log.Single(e => e.Kind == ChannelMessageKind.Warning).RawMessage, StringComparison.Ordinal);
    }

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
