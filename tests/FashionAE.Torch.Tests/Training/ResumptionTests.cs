using System.Text.Json;
using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Training;

public sealed class ResumptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Checkpoint => _folder.File("checkpoint");

    [Theory]
    [InlineData("rotated copies", 1, false)]
    [InlineData("rotated copies", 3, true)]
    [InlineData("denoising", 2, false)]
    [InlineData("denoising", 3, true)]
    [InlineData("one cycle, averaged", 1, false)]
    [InlineData("one cycle, averaged", 4, true)]
    [InlineData("cosine, averaged", 2, true)]
    public void A_resumed_training_ends_bit_by_bit_like_one_that_was_never_interrupted(string recipe, int epoch, bool isWithinEpoch)
    {
        var (architecture, options, count) = Recipe(recipe);
        using var images = SampleImages.First(count);
        using var expected = ModelState.Build(architecture);
        var whole = new AutoencoderTrainer(expected, options).Train(images);
        Assert.Equal(TrainingOutcome.Completed, whole.Outcome);
        if (options.Schedule is not null)
            Assert.True(whole.Epochs[^1].LearningRate < options.LearningRate, "The recipe shall lower its learning rate.");

        using var first = ModelState.Build(architecture);
        using var cancellation = new CancellationTokenSource();
        var progress = new ProgressAction(p =>
        {
            if (p.Epoch == epoch && (isWithinEpoch ? p.Batch < p.Batches : p.Finished is not null))
                cancellation.Cancel();
        });
        var kept = options with { CheckpointPath = Checkpoint, Resume = true };
        var half = new AutoencoderTrainer(first, kept).Train(images, progress: progress, cancellationToken: cancellation.Token);
        Assert.Equal(TrainingOutcome.Canceled, half.Outcome);
        Assert.Equal(isWithinEpoch ? epoch - 1 : epoch, half.Epochs.Count);

        using var second = ModelState.Build(architecture, seed: 99); // the weights are the checkpoint's
        var rest = new AutoencoderTrainer(second, kept).Train(images);
        Assert.Equal(TrainingOutcome.Completed, rest.Outcome);
        Assert.Equal(Untimed(whole), Untimed(rest));
        Assert.Equal(ModelState.Of(expected), ModelState.Of(second));
        Assert.Equal(["checkpoint"], _folder.FileNames);
    }

    [Fact]
    public void Epochs_can_be_added_to_a_finished_training()
    {
        var (architecture, options, count) = Recipe("denoising");
        using var images = SampleImages.First(count);
        using var expected = ModelState.Build(architecture);
        var whole = new AutoencoderTrainer(expected, options).Train(images);

        using var model = ModelState.Build(architecture);
        var kept = options with { CheckpointPath = Checkpoint, Resume = true };
        new AutoencoderTrainer(model, kept with { Epochs = 2 }).Train(images);
        var all = new AutoencoderTrainer(model, kept).Train(images);
        Assert.Equal(Untimed(whole), Untimed(all));
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
    }

    [Fact]
    public void Epochs_cannot_be_added_to_a_training_that_was_planned_to_its_end()
    {
        var (architecture, options, count) = Recipe("one cycle, averaged");
        using var images = SampleImages.First(count);
        using var model = ModelState.Build(architecture);
        var kept = options with { CheckpointPath = Checkpoint, Resume = true };
        new AutoencoderTrainer(model, kept with { Epochs = 2 }).Train(images);
        var error = Assert.Throws<InvalidDataException>(() => new AutoencoderTrainer(model, kept).Train(images));
        Assert.Contains("over 2 epochs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_training_is_resumed_without_another_epoch()
    {
        var (architecture, options, count) = Recipe("rotated copies");
        using var images = SampleImages.First(count);
        var kept = options with { CheckpointPath = Checkpoint, Resume = true, Epochs = 2 };
        using var expected = ModelState.Build(architecture);
        var whole = new AutoencoderTrainer(expected, kept).Train(images);

        using var model = ModelState.Build(architecture, seed: 99);
        var again = new AutoencoderTrainer(model, kept)
            .Train(images, progress: new ProgressAction(_ => Assert.Fail("There is nothing left to train.")));
        Assert.Equal(whole.Epochs, again.Epochs);
        Assert.Equal(TrainingOutcome.Completed, again.Outcome);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
    }

    [Fact]
    public void A_resumed_training_without_a_seed_uses_the_one_that_was_drawn()
    {
        var (architecture, options, count) = Recipe("denoising");
        using var images = SampleImages.First(count);
        var kept = options with { CheckpointPath = Checkpoint, Resume = true, Seed = null };
        using var first = ModelState.Build(architecture);
        new AutoencoderTrainer(first, kept with { Epochs = 1 }).Train(images);
        using var resumed = ModelState.Build(architecture);
        new AutoencoderTrainer(resumed, kept).Train(images);

        var file = SafeTensorsFile.Read(Checkpoint);
        var seed = JsonDocument.Parse(file.Metadata["fashionae.training"]).RootElement.GetProperty("Seed").GetString()!;
        using var whole = ModelState.Build(architecture);
        new AutoencoderTrainer(whole, options with { Seed = int.Parse(seed) }).Train(images);
        Assert.Equal(ModelState.Of(whole), ModelState.Of(resumed));
    }

    [Fact]
    public void A_checkpoint_is_ignored_unless_Resume_is_set()
    {
        var (architecture, options, count) = Recipe("rotated copies");
        using var images = SampleImages.First(count);
        var kept = options with { CheckpointPath = Checkpoint, Epochs = 1 };
        using var model = ModelState.Build(architecture);
        new AutoencoderTrainer(model, kept with { LearningRate = 1e-2 }).Train(images);
        using var expected = ModelState.Build(architecture);
        new AutoencoderTrainer(expected, options with { Epochs = 1 }).Train(images);

        using var again = ModelState.Build(architecture);
        Assert.Single(new AutoencoderTrainer(again, kept).Train(images).Epochs);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(again));
    }

    [Theory]
    [InlineData(nameof(TrainingOptions.BatchSize))]
    [InlineData(nameof(TrainingOptions.LearningRate))]
    [InlineData(nameof(TrainingOptions.Optimizer))]
    [InlineData(nameof(TrainingOptions.WeightDecay))]
    [InlineData(nameof(TrainingOptions.Loss))]
    [InlineData(nameof(TrainingOptions.GradientClipNorm))]
    [InlineData(nameof(TrainingOptions.Schedule))]
    [InlineData(nameof(TrainingOptions.WarmUpEpochs))]
    [InlineData(nameof(TrainingOptions.SimilarityWeight))]
    [InlineData(nameof(TrainingOptions.AveragingDecay))]
    [InlineData(nameof(TrainingOptions.ValidationSetFraction))]
    [InlineData(nameof(TrainingOptions.Augmentation))]
    [InlineData(nameof(TrainingOptions.AugmentedCopies))]
    [InlineData(nameof(TrainingOptions.Seed))]
    public void Another_option_is_refused_by_name(string name)
    {
        var (architecture, options, count) = Recipe("denoising");
        using var images = SampleImages.First(count);
        var kept = options with { CheckpointPath = Checkpoint, Resume = true, Epochs = 1 };
        using var model = ModelState.Build(architecture);
        new AutoencoderTrainer(model, kept).Train(images);
        var before = File.ReadAllBytes(Checkpoint);

        var error = Assert.Throws<InvalidDataException>(() => new AutoencoderTrainer(model, Changed(kept, name)).Train(images));
        Assert.Contains(Checkpoint, error.Message, StringComparison.Ordinal);
        Assert.Contains($"with {name} ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Checkpoint));
    }

    [Theory]
    [InlineData("Data")]
    [InlineData("Architecture")]
    [InlineData("Architecture", 0.5)]
    public void Another_model_or_other_images_are_refused(string name, double? dropout = null)
    {
        var (architecture, options, count) = Recipe("denoising");
        using var images = SampleImages.First(count);
        using var otherImages = SampleImages.Range(1, count);
        var kept = options with { CheckpointPath = Checkpoint, Resume = true, Epochs = 1 };
        using (var model = ModelState.Build(architecture))
            new AutoencoderTrainer(model, kept).Train(images);

        var dense = (DenseArchitecture)architecture;
        var changed = dropout is { } p ? dense with { Dropout = [p, p] } : dense with { LatentSize = 3 };
        using var other = ModelState.Build(name == "Data" ? dense : changed);
        var trainer = new AutoencoderTrainer(other, kept with { Epochs = 2 });
        var error = Assert.Throws<InvalidDataException>(() => trainer.Train(name == "Data" ? otherImages : images));
        Assert.Contains($"with {name} ", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static (AutoencoderArchitecture Architecture, TrainingOptions Options) Averaged => (
        new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [32, 8], Dropout = [0.1] },
        new() { Epochs = 4, Seed = 1, BatchSize = 10, LearningRate = 4e-3, AveragingDecay = 0.9, ValidationSetFraction = 0.1 });

    private static (AutoencoderArchitecture Architecture, TrainingOptions Options, int Count) Recipe(string name) => name switch
    {
        "rotated copies" => (
            new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [3, 4] },
            new TrainingOptions { Epochs = 4, Seed = 1, BatchSize = 10, Augmentation = new RandomRotation(), AugmentedCopies = 2 },
            80),
        "one cycle, averaged" => (Averaged.Architecture, Averaged.Options with { Schedule = new OneCycleSchedule() }, 250),
        "cosine, averaged" => (Averaged.Architecture, Averaged.Options with { Schedule = new CosineSchedule(), WarmUpEpochs = 1.5 }, 250),
        _ => (
            new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [32, 8], Dropout = [0.2, 0.1] },
            new TrainingOptions
            {
                Epochs = 4,
                Seed = 1,
                BatchSize = 10,
                Augmentation = new GaussianNoise(),
                Optimizer = OptimizerKind.AdamW,
                WeightDecay = 1e-2,
                Loss = ReconstructionLoss.MeanSquaredAndAbsoluteError,
                GradientClipNorm = 0.5,
                // No loss falls to a tenth of the previous one, so the learning rate falls after every epoch except the first.
                Schedule = new PlateauSchedule(0.5, 0, 0.9),
                ValidationSetFraction = 0.1,
            },
            250),
    };

    private static TrainingOptions Changed(TrainingOptions options, string name) => name switch
    {
        nameof(TrainingOptions.BatchSize) => options with { BatchSize = 11 },
        nameof(TrainingOptions.LearningRate) => options with { LearningRate = 1.0000000000000002e-3 },
        nameof(TrainingOptions.Optimizer) => options with { Optimizer = OptimizerKind.Adam },
        nameof(TrainingOptions.WeightDecay) => options with { WeightDecay = 0 },
        nameof(TrainingOptions.Loss) => options with { Loss = ReconstructionLoss.MeanSquaredError },
        nameof(TrainingOptions.GradientClipNorm) => options with { GradientClipNorm = null },
        nameof(TrainingOptions.Schedule) => options with { Schedule = new PlateauSchedule(0.5, 0, 0.8) },
        nameof(TrainingOptions.WarmUpEpochs) => options with { WarmUpEpochs = 0.5 },
        nameof(TrainingOptions.SimilarityWeight) => options with { SimilarityWeight = 0.1 },
        nameof(TrainingOptions.AveragingDecay) => options with { AveragingDecay = 0.9 },
        nameof(TrainingOptions.ValidationSetFraction) => options with { ValidationSetFraction = 0.2 },
        nameof(TrainingOptions.Augmentation) => options with { Augmentation = new GaussianNoise(0.2) },
        nameof(TrainingOptions.AugmentedCopies) => options with { AugmentedCopies = 1 },
        _ => options with { Seed = 2 },
    };

    private static IEnumerable<EpochRecord> Untimed(TrainingHistory history) => history.Epochs.Select(e => e with { Seconds = 0 });
}
