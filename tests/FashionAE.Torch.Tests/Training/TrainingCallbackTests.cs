using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

public sealed class TrainingCallbackTests : IDisposable
{
    private static readonly DenseArchitecture Architecture = new(FashionMnist.Shape) { HiddenSizes = [8], Dropout = [0.2] };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = SampleImages.First(60);
    private readonly TrainingOptions _options = new() { Epochs = 3, BatchSize = 20, Seed = 1, AveragingDecay = 0.5 };

    [Fact]
    public void Callbacks_are_called_at_the_beginning_every_step_every_epoch_and_the_end()
    {
        var told = new List<string>();
        string Of(TrainingState s) => $"epoch {s.Epoch}/{s.Epochs}, batch {s.Batch}/{s.Batches}, step {s.Step}, records {s.Records.Count}";
        var history = Train(_options with { Epochs = 2 }, new CallbackActions
        {
            Begin = s => told.Add($"begin: {Of(s)}"),
            Step = s => told.Add($"step: {Of(s)}"),
            Epoch = s => told.Add($"epoch: {Of(s)}"),
            End = (s, h) => told.Add($"end: {Of(s)}, {h.Outcome}"),
        });
        Assert.Equal(
            [
                "begin: epoch 0/2, batch 0/3, step 0, records 0",
                "step: epoch 1/2, batch 1/3, step 1, records 0",
                "step: epoch 1/2, batch 2/3, step 2, records 0",
                "step: epoch 1/2, batch 3/3, step 3, records 0",
                "epoch: epoch 1/2, batch 3/3, step 3, records 1",
                "step: epoch 2/2, batch 1/3, step 4, records 1",
                "step: epoch 2/2, batch 2/3, step 5, records 1",
                "step: epoch 2/2, batch 3/3, step 6, records 1",
                "epoch: epoch 2/2, batch 3/3, step 6, records 2",
                "end: epoch 2/2, batch 3/3, step 6, records 2, Completed",
            ],
            told);
        Assert.Null(history.StopReason);
    }

    [Fact]
    public void Callbacks_see_losses_records_and_learning_rates()
    {
        var (losses, rates, records) = (new List<double>(), new List<double>(), new List<EpochRecord>());
        var options = _options with { BatchSize = 2, LearningRate = 8e-3, Schedule = new CosineSchedule() }; // 30 steps an epoch
        var history = Train(options, new CallbackActions
        {
            Begin = s =>
            {
                Assert.True(double.IsNaN(s.Loss));
                Assert.Null(s.Record);
                Assert.Null(s.Best);
            },
            Step = s =>
            {
                losses.Add(s.Loss);
                rates.Add(s.LearningRate);
            },
            Epoch = s =>
            {
                records.Add(s.Record!);
                Assert.Equal(s.Record!.TrainLoss, s.Loss);
                Assert.Same(s.Records.MinBy(r => r.MonitoredLoss), s.Best);
                Assert.Equal(s.Record.LearningRate, s.LearningRate);
            },
        });
        Assert.Equal(history.Epochs, records);
        Assert.Equal(history.Epochs.Select(e => e.TrainLoss), [losses[29], losses[59], losses[89]]);
        // The mean over the epoch so far: it differs at each step, but only a little from the previous one.
        Assert.Equal(90, losses.Distinct().Count());
        Assert.All(losses, loss => Assert.InRange(loss, 0.01, 0.5));
        Assert.Equal(rates.OrderDescending(), rates);
    }

    [Fact]
    public void The_model_has_the_weights_that_learn_in_a_step_the_validated_ones_in_an_epoch_and_the_best_ones_at_the_end()
    {
        using var model = ModelState.Build(Architecture);
        var initial = ModelState.Of(model);
        var (learning, validated, last) = (initial, initial, initial);
        Train(model, _options, new CallbackActions
        {
            Begin = s =>
            {
                Assert.False(s.Model.training);
                Assert.Equal(initial, ModelState.Of(s.Model));
            },
            Step = s =>
            {
                Assert.False(s.Model.training);
                learning = ModelState.Of(s.Model);
            },
            Epoch = s =>
            {
                Assert.False(s.Model.training);
                last = ModelState.Of(s.Model);
                Assert.NotEqual(learning, last);
                if (s.Record == s.Best)
                    validated = last;
            },
            End = (s, _) =>
            {
                Assert.False(s.Model.training);
                Assert.Equal(validated, ModelState.Of(s.Model));
            },
        });
        Assert.NotEqual(initial, validated);
        Assert.Equal(validated, ModelState.Of(model));
    }

    /// <summary>Dropout draws the same numbers, and batch normalization has the same statistics, as without the callback.</summary>
    [Fact]
    public void Computations_in_callbacks_do_not_change_the_weights()
    {
        using var expected = ModelState.Build(Architecture);
        Train(expected, _options);
        using var model = ModelState.Build(Architecture);
        void Compute(TrainingState state)
        {
            state.Model.EncodeAll(_images).Dispose();
            state.Model.call(zeros(4, 1, 28, 28));
            Assert.False(state.Model.Decode(rand(3, 2)).requires_grad);
            manual_seed(state.Step);
        }

        var callback = new CallbackActions { Begin = Compute, Step = Compute, Epoch = Compute, End = (s, _) => Compute(s) };
        var history = Train(model, _options, callback);
        Assert.Equal(3, history.Epochs.Count);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
    }

    [Fact]
    public void Tensors_are_disposed_when_a_callback_returns_unless_they_are_detached()
    {
        Tensor? forgotten = null;
        using var model = ModelState.Build(Architecture);
        using var kept = Architecture.Build();
        Tensor? detached = null;
        Autoencoder? built = null;
        Train(model, _options with { Epochs = 1 }, new CallbackActions
        {
            Epoch = s =>
            {
                forgotten = s.Model.EncodeAll(_images);
                detached = s.Model.EncodeAll(_images).DetachFromDisposeScope();
                built = Architecture.Build(3);
            },
        });
        Assert.True(forgotten!.IsInvalid);
        Assert.Equal([60, 2], detached!.shape);
        detached.Dispose();
        Assert.True(ModelState.IsFinite(built!)); // modules own their weights
        built!.Dispose();
    }

    [Fact]
    public void A_callback_saves_the_best_model()
    {
        using var model = ModelState.Build(Architecture);
        var path = _folder.File("best.safetensors");
        var saved = new List<int>();
        Train(model, _options, new CallbackActions
        {
            Epoch = s =>
            {
                if (s.Record != s.Best)
                    return;
                saved.Add(s.Epoch);
                AutoencoderFile.Save(s.Model, path);
            },
        });
        Assert.Equal(1, saved[0]);
        using var loaded = AutoencoderFile.Load(path);
        Assert.Equal(ModelState.Of(model), ModelState.Of(loaded));
    }

    [Theory]
    [InlineData("begin")]
    [InlineData("step")]
    [InlineData("epoch")]
    [InlineData("end")]
    public void An_error_of_a_callback_ends_the_training_with_the_weights_of_the_best_epoch(string where)
    {
        var finished = where switch { "begin" => 0, "end" => 3, _ => 2 };
        using var expected = ModelState.Build(Architecture);
        if (finished > 0)
            Train(expected, _options with { Epochs = finished });

        using var model = ModelState.Build(Architecture);
        static void Fail() => throw new FormatException("not again");
        var failing = new CallbackActions
        {
            Begin = _ => Do(where == "begin"),
            Step = s => Do(where == "step" && s.Epoch == 3),
            Epoch = s => Do(where == "epoch" && s.Epoch == 2),
            End = (_, _) => Do(where == "end"),
        };
        static void Do(bool fails)
        {
            if (fails)
                Fail();
        }

        var ends = 0;
        Assert.Throws<FormatException>(() => Train(model, _options, failing, new CallbackActions { End = (_, _) => ends++ }));
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
        Assert.False(model.training);
        Assert.Equal(0, ends);
    }

    [Fact]
    public void Options_copy_the_list_and_are_equal_with_the_same_callbacks()
    {
        var callback = new CallbackActions();
        var list = new List<TrainingCallback> { callback };
        var options = _options with { Callbacks = list };
        list.Add(new CallbackActions());
        Assert.Equal([callback], options.Callbacks);

        Assert.Equal(_options, _options with { Callbacks = [] });
        Assert.Equal(options, _options with { Callbacks = [callback] });
        Assert.Equal(options.GetHashCode(), (_options with { Callbacks = [callback] }).GetHashCode());
        Assert.NotEqual(options, _options with { Callbacks = [new CallbackActions()] });
        Assert.NotEqual(options, _options);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_list_that_is_null_or_has_null_is_refused(bool isList)
    {
        using var model = ModelState.Build(Architecture);
        var options = new TrainingOptions { Callbacks = isList ? [new CallbackActions(), null!] : null! };
        Assert.Throws<ArgumentOutOfRangeException>("Callbacks", () => new AutoencoderTrainer(model, options));
        TrainingState? state = null;
        Train(_options with { Epochs = 1 }, new CallbackActions { Begin = s => state = s });
        Assert.Throws<ArgumentException>(() => state!.Stop(""));
    }

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    private TrainingHistory Train(TrainingOptions options, params TrainingCallback[] callbacks)
    {
        using var model = ModelState.Build(Architecture);
        return Train(model, options, callbacks);
    }

    private TrainingHistory Train(Autoencoder model, TrainingOptions options, params TrainingCallback[] callbacks) =>
        new AutoencoderTrainer(model, options with { Callbacks = callbacks }).Train(_images);
}
