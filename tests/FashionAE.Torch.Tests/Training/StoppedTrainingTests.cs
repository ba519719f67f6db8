using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Training;

public sealed class StoppedTrainingTests : IDisposable
{
    private static readonly DenseArchitecture Architecture = new(FashionMnist.Shape) { HiddenSizes = [8], Dropout = [0.2] };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = SampleImages.First(60);
    private readonly TrainingOptions _options = new() { Epochs = 3, BatchSize = 20, Seed = 1, AveragingDecay = 0.5 };

    private string Checkpoint => _folder.File("checkpoint");

    [Fact]
    public void A_callback_stops_a_training_after_an_epoch()
    {
        var ends = 0;
        using var expected = ModelState.Build(Architecture);
        Train(expected, _options with { Epochs = 2 });
        using var model = ModelState.Build(Architecture);
        var history = Train(model, _options, new CallbackActions { Epoch = StopAt(2, "it is good enough"), End = (_, _) => ends++ });
        Assert.Equal((TrainingOutcome.StoppedEarly, "it is good enough", 2), (history.Outcome, history.StopReason, history.Epochs.Count));
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
        Assert.Equal(1, ends);
    }

    [Fact]
    public void An_epoch_in_which_a_training_is_stopped_is_discarded()
    {
        using var expected = ModelState.Build(Architecture);
        Train(expected, _options with { Epochs = 1 });
        using var model = ModelState.Build(Architecture);
        var steps = 0L;
        var history = Train(model, _options with { CheckpointPath = Checkpoint }, new CallbackActions
        {
            Step = s =>
            {
                steps++;
                if (s.Step == 4)
                    s.Stop("enough");
                else if (s.Step > 4)
                    Assert.Fail("Another step was made.");
            },
            End = (s, _) => Assert.Equal((1, 3L, s.Record!.TrainLoss), (s.Epoch, s.Step, s.Loss)),
        });
        Assert.Equal(4, steps);
        Assert.Equal((TrainingOutcome.StoppedEarly, "enough", 1), (history.Outcome, history.StopReason, history.Epochs.Count));
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));

        // The checkpoint has the finished epoch: a training without the callback can continue from it.
        using var whole = ModelState.Build(Architecture);
        Train(whole, _options);
        Train(model, _options with { CheckpointPath = Checkpoint, Resume = true });
        Assert.Equal(ModelState.Of(whole), ModelState.Of(model));
    }

    [Fact]
    public void A_callback_may_stop_a_training_before_its_first_step_and_the_first_reason_counts()
    {
        using var model = ModelState.Build(Architecture);
        var initial = ModelState.Of(model);
        var history = Train(
            model, _options,
            new CallbackActions { Begin = s => s.Stop("there is no time") },
            new CallbackActions { Begin = s => s.Stop($"another after '{s.StopReason}'"), Step = _ => Assert.Fail("A step was made.") });
        Assert.Equal((TrainingOutcome.StoppedEarly, "there is no time"), (history.Outcome, history.StopReason));
        Assert.Empty(history.Epochs);
        Assert.Equal(initial, ModelState.Of(model));
    }

    [Fact]
    public void A_training_that_is_stopped_in_its_last_epoch_is_complete()
    {
        var history = Train(_options, new CallbackActions { Epoch = StopAt(3, "enough") });
        Assert.Equal((TrainingOutcome.Completed, null), (history.Outcome, history.StopReason));
    }

    [Fact]
    public void Every_rank_calls_its_callbacks_and_all_stop_with_one()
    {
        var architecture = Architecture with { Dropout = [] };
        Autoencoder[] models = [ModelState.Build(architecture), ModelState.Build(architecture), ModelState.Build(architecture)];
        var told = new int[models.Length];
        var histories = ThreadRanks.Run(models.Length, exchange => Train(
            models[exchange.Rank], _options with { Exchange = exchange },
            new CallbackActions
            {
                Step = s =>
                {
                    Assert.Equal(exchange.Rank, s.Rank);
                    Assert.InRange(s.Loss, 0.01, 0.5);
                    told[s.Rank]++;
                    if (s.Rank == 1 && s.Step == 5)
                        s.Stop("one has enough");
                },
            }));
        Assert.Equal([5, 5, 5], told);
        Assert.All(histories, history => Assert.Equal((TrainingOutcome.StoppedEarly, 1), (history.Outcome, history.Epochs.Count)));
        Assert.Equal(["another rank stopped it", "one has enough", "another rank stopped it"], histories.Select(h => h.StopReason));
        Assert.All(models, model => Assert.Equal(ModelState.Of(models[0]), ModelState.Of(model)));
        Array.ForEach(models, model => model.Dispose());
    }

    [Fact]
    public void A_canceled_training_is_canceled_though_a_callback_stops_it_too()
    {
        using var cancellation = new CancellationTokenSource();
        using var model = ModelState.Build(Architecture);
        TrainingHistory? told = null;
        var callback = new CallbackActions
        {
            Epoch = s =>
            {
                cancellation.Cancel();
                s.Stop("enough");
            },
            End = (_, history) => told = history,
        };
        var trainer = new AutoencoderTrainer(model, _options with { Callbacks = [callback] });
        var history = trainer.Train(_images, cancellationToken: cancellation.Token);
        Assert.Equal((TrainingOutcome.Canceled, null), (history.Outcome, history.StopReason));
        Assert.Same(history, told);
    }

    [Fact]
    public void Early_stopping_says_which_epoch_was_the_best_and_a_resumed_training_stays_stopped()
    {
        // Such a high learning rate makes the loss jump.
        var kept = _options with { CheckpointPath = Checkpoint, Resume = true };
        var options = kept with { Epochs = 50, LearningRate = 0.5, EarlyStoppingPatience = 1 };
        var history = Train(options);
        Assert.Equal(TrainingOutcome.StoppedEarly, history.Outcome);
        Assert.Equal($"no epoch was better than epoch {history.Best!.Epoch}", history.StopReason);
        Assert.Equal(history.Epochs.Count - 1, history.Best.Epoch);

        var again = Train(options, new CallbackActions { Step = _ => Assert.Fail("A step was made.") });
        Assert.Equal(history.Epochs, again.Epochs);
        Assert.Equal((history.Outcome, history.StopReason), (again.Outcome, again.StopReason));
    }

    [Fact]
    public void A_checkpoint_does_not_depend_on_callbacks_and_exists_when_they_are_called()
    {
        using var expected = ModelState.Build(Architecture);
        Train(expected, _options);
        var kept = _options with { CheckpointPath = Checkpoint, Resume = true };
        var looking = new CallbackActions { Epoch = s => Assert.True(File.Exists(Checkpoint)) };
        Train(kept, looking, new CallbackActions { Epoch = StopAt(1, "enough") });

        using var model = ModelState.Build(Architecture, seed: 99);
        var (begun, records) = (-1L, new List<int>());
        Train(model, kept, new CallbackActions { Begin = s => begun = s.Step, Epoch = s => records.Add(s.Epoch) });
        Assert.Equal(3, begun);
        Assert.Equal([2, 3], records);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
    }

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    private static Action<TrainingState> StopAt(int epoch, string reason) => state =>
    {
        if (state.Epoch == epoch)
            state.Stop(reason);
    };

    private TrainingHistory Train(TrainingOptions options, params TrainingCallback[] callbacks)
    {
        using var model = ModelState.Build(Architecture);
        return Train(model, options, callbacks);
    }

    private TrainingHistory Train(Autoencoder model, TrainingOptions options, params TrainingCallback[] callbacks) =>
        new AutoencoderTrainer(model, options with { Callbacks = callbacks }).Train(_images);
}
