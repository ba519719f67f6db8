using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

public class AutoencoderTrainerTests
{
    private static readonly ConvolutionalArchitecture Convolutional = new(FashionMnist.Shape) { Channels = [4, 8] };
    private static readonly DenseArchitecture Dense = new(FashionMnist.Shape) { HiddenSizes = [32, 8], Dropout = [0.1] };

    public static TheoryData<string> Architectures => ["convolutional", "dense"];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Two_epochs_on_the_sample_lower_every_loss(string architecture)
    {
        using var train = SampleImages.FourClasses(FashionMnistSplit.Train);
        using var test = SampleImages.FourClasses(FashionMnistSplit.Test);
        using var model = ModelState.Build(Of(architecture));
        var before = MeanSquaredError(model, test);
        var options = new TrainingOptions { Epochs = 2, BatchSize = 32, ValidationSetFraction = 0.1, LearningRate = 3e-3 };
        var history = new AutoencoderTrainer(model, options).Train(train, test: test);

        Assert.Equal(TrainingOutcome.Completed, history.Outcome);
        Assert.Equal([1, 2], history.Epochs.Select(e => e.Epoch));
        Assert.True(history.Epochs[1].TrainLoss < history.Epochs[0].TrainLoss);
        Assert.True(history.Epochs[1].ValidationLoss < history.Epochs[0].ValidationLoss);
        Assert.True(history.Epochs[1].TestLoss < history.Epochs[0].TestLoss && history.Epochs[0].TestLoss < before);
        Assert.Same(history.Epochs[1], history.Best);
        Assert.False(model.training);
        // The recorded loss is that of the final weights.
        Assert.Equal(MeanSquaredError(model, test), history.Epochs[1].TestLoss!.Value, 6);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void The_weights_depend_only_on_the_seed(string architecture)
    {
        using var train = SampleImages.First(100);
        var states = new List<Dictionary<string, byte[]>>();
        foreach (var seed in new[] { 5, 5, 6 })
        {
            using var model = ModelState.Build(Of(architecture));
            manual_seed(states.Count); // what was drawn before must not matter
            var options = new TrainingOptions { Epochs = 2, BatchSize = 16, Seed = seed, Augmentation = new GaussianNoise() };
            new AutoencoderTrainer(model, options).Train(train);
            states.Add(ModelState.Of(model));
        }
        Assert.Equal(states[0], states[1]);
        Assert.NotEqual(states[0], states[2]);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 0.3)]
    public void The_recorded_loss_is_that_of_its_formula(bool isWithAbsoluteError, double similarityWeight)
    {
        var loss = isWithAbsoluteError ? ReconstructionLoss.MeanSquaredAndAbsoluteError : ReconstructionLoss.MeanSquaredError;
        using var images = SampleImages.First(50);
        using var other = SampleImages.Range(50, 40);
        using var model = ModelState.Build(Convolutional);
        // With such a small learning rate no weight changes, and with one batch the training loss is that of the first weights.
        var options = new TrainingOptions { Epochs = 1, LearningRate = 1e-30, Loss = loss, SimilarityWeight = similarityWeight };
        var record = new AutoencoderTrainer(model, options).Train(images, other).Epochs.Single();
        Assert.Equal(LossByFormula(model, images, isWithAbsoluteError, similarityWeight), record.TrainLoss, 6);
        Assert.Equal(LossByFormula(model, other, isWithAbsoluteError, similarityWeight), record.ValidationLoss!.Value, 6);
        Assert.Equal(record.ValidationLoss, record.MonitoredLoss);
        Assert.Null(record.TestLoss);
        Assert.Equal(1e-30, record.LearningRate);
    }

    [Fact]
    public void Sums_of_the_loss_count_every_example_and_every_copy()
    {
        using var images = SampleImages.First(50);
        using var test = SampleImages.Range(50, 13);
        using var model = ModelState.Build(Convolutional);
        // With such a small learning rate no weight changes, and these copies equal their originals.
        var options = new TrainingOptions
        {
            Epochs = 1,
            BatchSize = 16,
            LearningRate = 1e-30,
            ValidationSetFraction = 0.2,
            Augmentation = new GaussianNoise(0),
            AugmentedCopies = 2,
            Seed = 1,
        };
        var record = new AutoencoderTrainer(model, options).Train(images, test: test).Epochs.Single();
        Assert.Equal((120L, 10L, 13L), (record.TrainExamples, record.ValidationExamples, record.TestExamples));
        // For all 50 images: three times the sum over the 40 training images, and the sum over the others.
        var all = 50 * MeanSquaredError(model, images);
        Assert.Equal(all, record.TrainLossSum!.Value / 3 + record.ValidationLossSum!.Value, 1e-5 * all);
        Assert.Equal(13 * MeanSquaredError(model, test), record.TestLossSum!.Value, 1e-5);

        var old = new EpochRecord(1, 0.5, 0.25, null, 1e-3, 1);
        Assert.Equal((null, null, null), (old.TrainLossSum, old.ValidationLossSum, old.TestLossSum));
    }

    [Fact]
    public void One_step_of_Adam_is_that_of_torch()
    {
        using var scope = NewDisposeScope();
        using var images = SampleImages.First(24);
        using var expected = ModelState.Build(Convolutional);
        using var optimizer = optim.Adam(expected.parameters(), 2e-3, weight_decay: 0.1);
        var batch = images.Batch(0, images.Count);
        nn.functional.mse_loss(expected.call(batch), batch).backward();
        nn.utils.clip_grad_norm_(expected.parameters(), 0.01);
        optimizer.step();

        using var model = ModelState.Build(Convolutional);
        var options = new TrainingOptions { Epochs = 1, LearningRate = 2e-3, WeightDecay = 0.1, GradientClipNorm = 0.01 };
        new AutoencoderTrainer(model, options).Train(images);
        // The images have another order, so sums are rounded differently. Adam changes every weight by about 2e-3.
        foreach (var (name, tensor) in expected.state_dict())
            TensorValues.AssertClose(tensor, model.state_dict()[name], 2e-4);
    }

    [Fact]
    public void The_weights_left_are_the_running_mean_of_those_after_every_step()
    {
        using var images = SampleImages.First(24);
        double[] Weights(int epochs, double? decay)
        {
            using var model = ModelState.Build(Convolutional);
            // One step an epoch, so that training for n epochs gives the weights after step n.
            if (epochs > 0)
                new AutoencoderTrainer(
                    model, new TrainingOptions { Epochs = epochs, LearningRate = 1e-2, Seed = 1, AveragingDecay = decay }).Train(images);
            return [.. model.state_dict().Values.SelectMany(tensor => tensor.Doubles())];
        }

        var mean = Weights(0, null);
        for (var step = 1; step <= 4; step++)
        {
            var keep = Math.Min(0.35, (1.0 + step) / (10 + step)); // the warm-up of the mean ends within these steps
            mean = [.. mean.Zip(Weights(step, null), (m, w) => keep * m + (1 - keep) * w)];
        }
        TensorValues.AssertClose(mean, Weights(4, 0.35), 1e-6);
    }

    [Fact]
    public void Copies_are_trained_on_as_often_as_the_option_says()
    {
        using var images = SampleImages.First(10);
        using var model = ModelState.Build(Convolutional);
        var counting = new CountingAugmentation();
        var batches = new List<int>();
        var options = new TrainingOptions { Epochs = 1, BatchSize = 8, Augmentation = counting, AugmentedCopies = 3 };
        new AutoencoderTrainer(model, options).Train(images, progress: new ProgressAction(p => batches.Add(p.Batches)));
        Assert.Equal(30, counting.Seen); // and ten originals in the 40 examples of five batches
        Assert.All(batches, count => Assert.Equal(5, count));
    }

    [Fact]
    public void Without_copies_every_image_is_changed_again_in_every_epoch()
    {
        using var images = SampleImages.First(10);
        using var model = ModelState.Build(Convolutional);
        var counting = new CountingAugmentation();
        new AutoencoderTrainer(model, new TrainingOptions { Epochs = 2, BatchSize = 8, Augmentation = counting }).Train(images);
        Assert.Equal(20, counting.Seen);
        Assert.Equal(4, counting.Draws.Distinct().Count()); // two epochs of two batches
    }

    [Theory]
    [InlineData(17, 16, 1)] // the last one alone joins the batch before it
    [InlineData(17, 4, 4)]
    [InlineData(18, 4, 5)]
    [InlineData(3, 128, 1)]
    public void No_batch_is_too_small_for_batch_normalization(int count, int batchSize, int batches)
    {
        using var images = SampleImages.First(count);
        using var model = ModelState.Build(Dense);
        var reported = 0;
        var history = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 2, BatchSize = batchSize })
            .Train(images, progress: new ProgressAction(p => reported = p.Batches));
        Assert.Equal(batches, reported);
        Assert.Equal(2, history.Epochs.Count);
        Assert.True(ModelState.IsFinite(model));
    }

    [Fact]
    public void The_weights_left_are_those_of_the_lowest_validation_loss()
    {
        // Training on black images makes white ones worse, so the first epoch has the lowest validation loss.
        using var black = Plain(0, 64);
        using var white = Plain(255, 8);
        using var model = ModelState.Build(Convolutional);
        var options = new TrainingOptions { Epochs = 4, BatchSize = 16, LearningRate = 1e-2 };
        var history = new AutoencoderTrainer(model, options).Train(black, white);
        Assert.Equal(4, history.Epochs.Count);
        Assert.Equal(1, history.Best!.Epoch);
        Assert.True(history.Epochs[3].ValidationLoss > history.Epochs[0].ValidationLoss + 1e-3);
        Assert.Equal(history.Epochs[0].ValidationLoss!.Value, MeanSquaredError(model, white), 6);
    }

    [Fact]
    public void Training_stops_when_the_loss_has_not_improved_for_the_patience()
    {
        using var black = Plain(0, 64);
        using var white = Plain(255, 8);
        using var model = ModelState.Build(Convolutional);
        var options = new TrainingOptions { Epochs = 20, BatchSize = 16, LearningRate = 1e-2, EarlyStoppingPatience = 3 };
        var history = new AutoencoderTrainer(model, options).Train(black, white);
        Assert.Equal(TrainingOutcome.StoppedEarly, history.Outcome);
        Assert.Equal(4, history.Epochs.Count);
    }

    [Fact]
    public void The_learning_rate_follows_the_plateau_schedule()
    {
        using var black = Plain(0, 16);
        using var white = Plain(255, 8);
        using var model = ModelState.Build(Convolutional);
        var options = new TrainingOptions { Epochs = 6, LearningRate = 8e-3, Schedule = new PlateauSchedule(0.5, 1) };
        var history = new AutoencoderTrainer(model, options).Train(black, white);
        // No epoch after the first improves, so every second epoch exceeds the patience of one.
        Assert.Equal([8e-3, 8e-3, 8e-3, 4e-3, 4e-3, 2e-3], history.Epochs.Select(e => e.LearningRate));
    }

    [Fact]
    public void Progress_reports_every_epoch_and_its_batches()
    {
        using var images = SampleImages.First(50);
        using var model = ModelState.Build(Convolutional);
        var reports = new List<TrainingProgress>();
        var history = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 2, BatchSize = 2 })
            .Train(images, progress: new ProgressAction(reports.Add));
        Assert.Equal(history.Epochs, reports.Select(r => r.Finished).OfType<EpochRecord>());
        Assert.All(reports, r => Assert.Equal((2, 25), (r.Epochs, r.Batches)));
        Assert.Equal([20, 25, 25, 20, 25, 25], reports.Select(r => r.Batch));
        Assert.Equal([1, 1, 1, 2, 2, 2], reports.Select(r => r.Epoch));
        Assert.Equal(history.Epochs[1].TrainLoss, reports[^1].Loss);
    }

    /// <summary>The second training begins with the weights of the first.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_trainer_trains_twice_and_one_call_after_the_other(bool isOnThreads)
    {
        using var images = SampleImages.First(60);
        var options = new TrainingOptions { Epochs = 3, BatchSize = 10, Seed = 1, ValidationSetFraction = 0.2, AveragingDecay = 0.9 };
        using var expected = ModelState.Build(Dense);
        for (var i = 0; i < 2; i++)
            Assert.Equal(3, new AutoencoderTrainer(expected, options).Train(images).Epochs.Count);

        using var model = ModelState.Build(Dense);
        var threads = new List<int>();
        Task? other = null;
        AutoencoderTrainer? trainer = null;
        trainer = new AutoencoderTrainer(model, options with
        {
            Callbacks =
            [
                new CallbackActions
                {
                    // The other thread calls in the middle of the first training.
                    Step = s =>
                    {
                        threads.Add(Environment.CurrentManagedThreadId);
                        if (isOnThreads && s.Step == 2)
                            other ??= Task.Run(() => trainer!.Train(images));
                    },
                },
            ],
        });
        trainer.Train(images);
        if (isOnThreads)
            await other!;
        else
            trainer.Train(images);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
        Assert.Equal(30, threads.Count);
        Assert.Single(threads[..15].Distinct());
        Assert.Single(threads[15..].Distinct());
        Assert.Equal(isOnThreads ? 2 : 1, threads.Distinct().Count());
    }

    private static AutoencoderArchitecture Of(string name) => name == "dense" ? Dense : Convolutional;

    private static ImageSet Plain(byte value, int count) =>
        new(full([count, 1, 28, 28], value, uint8), zeros([count], int64), ["plain"]);

    private static double MeanSquaredError(Autoencoder model, ImageSet images)
    {
        using var scope = NewDisposeScope();
        return ImageQuality.MeanSquaredError(images.Batch(0, images.Count), model.ReconstructAll(images)).Doubles().Average();
    }

    private static double LossByFormula(Autoencoder model, ImageSet images, bool isWithAbsoluteError, double similarityWeight)
    {
        using var scope = NewDisposeScope();
        var differences = images.Batch(0, images.Count).Doubles().Zip(model.ReconstructAll(images).Doubles(), (a, b) => a - b).ToArray();
        var dissimilarity = similarityWeight == 0 ? 0 : 1 - model.Evaluate(images).StructuralSimilarity;
        var absolute = isWithAbsoluteError ? differences.Average(Math.Abs) : 0;
        return differences.Average(d => d * d) + absolute + similarityWeight * dissimilarity;
    }
}
