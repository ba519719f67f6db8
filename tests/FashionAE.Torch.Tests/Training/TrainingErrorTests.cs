using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

public sealed class TrainingErrorTests : IDisposable
{
    private static readonly ConvolutionalArchitecture Convolutional = new(FashionMnist.Shape) { Channels = [4, 8] };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = SampleImages.First(40);

    public static TheoryData<string, TrainingOptions> OptionsOutOfRange => new()
    {
        { "Epochs", new TrainingOptions { Epochs = 0 } },
        { "BatchSize", new TrainingOptions { BatchSize = 3_000_000 } },
        { "Optimizer", new TrainingOptions { Optimizer = (OptimizerKind)7 } },
        { "Loss", new TrainingOptions { Loss = null! } },
        { "Delta", new TrainingOptions { Loss = new HuberLoss { Delta = 0 } } },
        { "Device", new TrainingOptions { Device = null! } },
        { "CheckpointPath", new TrainingOptions { CheckpointPath = "" } },
        { "Resume", new TrainingOptions { Resume = true } },
        { "WeightDecay", new TrainingOptions { WeightDecay = double.PositiveInfinity } },
        { "AugmentedCopies", new TrainingOptions { AugmentedCopies = 2_000_000_000, Augmentation = new RandomRotation() } },
        { "AugmentedCopies", new TrainingOptions { AugmentedCopies = int.MaxValue, Augmentation = new RandomRotation() } },
        { "Threshold", new TrainingOptions { Schedule = new PlateauSchedule(0.5, 1, double.NaN) } },
        { "BatchSize", new TrainingOptions { BatchSize = 0 } },
        { "LearningRate", new TrainingOptions { LearningRate = 0 } },
        { "LearningRate", new TrainingOptions { LearningRate = double.NaN } },
        { "LearningRate", new TrainingOptions { LearningRate = double.PositiveInfinity } },
        { "WeightDecay", new TrainingOptions { WeightDecay = -1 } },
        { "WeightDecay", new TrainingOptions { WeightDecay = double.NaN } },
        { "GradientClipNorm", new TrainingOptions { GradientClipNorm = 0 } },
        { "GradientClipNorm", new TrainingOptions { GradientClipNorm = double.NaN } },
        { "ValidationSetFraction", new TrainingOptions { ValidationSetFraction = 1 } },
        { "ValidationSetFraction", new TrainingOptions { ValidationSetFraction = -0.1 } },
        { "EarlyStoppingPatience", new TrainingOptions { EarlyStoppingPatience = 0 } },
        { "AugmentedCopies", new TrainingOptions { AugmentedCopies = -1, Augmentation = new RandomRotation() } },
        { "AugmentedCopies", new TrainingOptions { AugmentedCopies = 1 } },
        { "Factor", new TrainingOptions { Schedule = new PlateauSchedule(1) } },
        { "Factor", new TrainingOptions { Schedule = new PlateauSchedule(0) } },
        { "Patience", new TrainingOptions { Schedule = new PlateauSchedule(0.5, -1) } },
        { "RisingShare", new TrainingOptions { Schedule = new OneCycleSchedule(1) } },
        { "InitialDivisor", new TrainingOptions { Schedule = new OneCycleSchedule(0.3, 0.5) } },
        { "FinalDivisor", new TrainingOptions { Schedule = new OneCycleSchedule(0.3, 25, double.PositiveInfinity) } },
        { "FinalShare", new TrainingOptions { Schedule = new CosineSchedule(1) } },
        { "WarmUpEpochs", new TrainingOptions { WarmUpEpochs = -1 } },
        { "WarmUpEpochs", new TrainingOptions { Epochs = 2, WarmUpEpochs = 2 } },
        { "WarmUpEpochs", new TrainingOptions { Schedule = new OneCycleSchedule(), WarmUpEpochs = 1 } },
        { "SimilarityWeight", new TrainingOptions { SimilarityWeight = -1 } },
        { "AveragingDecay", new TrainingOptions { AveragingDecay = 1 } },
        { "AveragingDecay", new TrainingOptions { AveragingDecay = double.NaN } },
    };

    [Fact]
    public void Options_can_be_validated_before_use()
    {
        new TrainingOptions().Validate();
        var error = Assert.Throws<ArgumentOutOfRangeException>(new TrainingOptions { BatchSize = 0 }.Validate);
        Assert.Equal(nameof(TrainingOptions.BatchSize), error.ParamName);
    }

    [Theory]
    [MemberData(nameof(OptionsOutOfRange))]
    public void An_option_out_of_its_range_is_refused_by_name(string name, TrainingOptions options)
    {
        using var model = ModelState.Build(Convolutional);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new AutoencoderTrainer(model, options));
        Assert.Equal(name, error.ParamName);
    }

    [Fact]
    public void Images_too_small_for_the_similarity_in_the_loss_are_refused()
    {
        var shape = new ImageShape(1, 28, 10);
        using var model = ModelState.Build(new ConvolutionalArchitecture(shape) { Channels = [4] });
        using var images = new TensorExamples(zeros(shape.Batch(4)));
        var trainer = new AutoencoderTrainer(model, new TrainingOptions { SimilarityWeight = 0.1 });
        var error = Assert.Throws<ArgumentException>(() => trainer.Train(images));
        const string Expected = "SimilarityWeight needs images of at least 11x11 pixels; the train images are 1x28x10";
        Assert.StartsWith(Expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_another_shape_are_refused()
    {
        using var model = ModelState.Build(new ConvolutionalArchitecture(new ImageShape(1, 28, 27)) { Channels = [4] });
        var error = Assert.Throws<ArgumentException>(() => new AutoencoderTrainer(model, new TrainingOptions()).Train(_images));
        Assert.Contains("1x28x28", error.Message, StringComparison.Ordinal);
        Assert.Contains("1x28x27", error.Message, StringComparison.Ordinal);

        using var fitting = ModelState.Build(Convolutional);
        using var small = new ImageSet(zeros([3, 1, 8, 8], uint8), zeros([3], int64), ["a"]);
        var trainer = new AutoencoderTrainer(fitting, new TrainingOptions());
        Assert.Equal("validation", Assert.Throws<ArgumentException>(() => trainer.Train(_images, small)).ParamName);
        Assert.Equal("test", Assert.Throws<ArgumentException>(() => trainer.Train(_images, test: small)).ParamName);
    }

    [Fact]
    public void No_images_at_all_are_refused()
    {
        using var model = ModelState.Build(Convolutional);
        using var none = _images.Select([]);
        var trainer = new AutoencoderTrainer(model, new TrainingOptions());
        Assert.Equal("train", Assert.Throws<ArgumentException>(() => trainer.Train(none)).ParamName);
        Assert.Equal("validation", Assert.Throws<ArgumentException>(() => trainer.Train(_images, none)).ParamName);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(40)]
    public void A_NaN_loss_ends_training_with_finite_weights(int batchSize)
    {
        using var model = ModelState.Build(Convolutional);
        var options = new TrainingOptions { Epochs = 3, BatchSize = batchSize, LearningRate = 1e30 };
        var error = Assert.Throws<NotFiniteNumberException>(() => new AutoencoderTrainer(model, options).Train(_images));
        Assert.Contains("learning rate", error.Message, StringComparison.Ordinal);
        Assert.True(ModelState.IsFinite(model));
        Assert.False(model.training);
    }

    [Fact]
    public void A_NaN_validation_loss_ends_training_with_the_weights_before()
    {
        using var model = ModelState.Build(Convolutional);
        var initial = ModelState.Of(model);
        using var validation = SampleImages.Range(40, 10);
        // One batch an epoch: its loss was finite, but its step made the weights immense.
        var options = new TrainingOptions { Epochs = 1, LearningRate = 1e30, CheckpointPath = _folder.File("checkpoint") };
        Assert.Throws<NotFiniteNumberException>(() => new AutoencoderTrainer(model, options).Train(_images, validation));
        Assert.Equal(initial, ModelState.Of(model));
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void Batches_of_one_image_never_leave_NaN_weights()
    {
        // The variance of a single value is NaN, and batch normalization keeps a running mean of variances.
        using var model = ModelState.Build(new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8], Dropout = [] });
        var trainer = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 1, BatchSize = 1 });
        var error = Record.Exception(() => trainer.Train(_images));
        Assert.True(error is null or ArgumentException or NotFiniteNumberException, $"{error}");
        Assert.True(ModelState.IsFinite(model));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_an_input_output_error()
    {
        using var model = ModelState.Build(Convolutional);
        var options = new TrainingOptions { Epochs = 1, CheckpointPath = Path.Combine(_folder.File("nowhere"), "checkpoint") };
        Assert.ThrowsAny<IOException>(() => new AutoencoderTrainer(model, options).Train(_images));
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void An_error_in_the_callers_code_leaves_the_weights_of_the_best_epoch()
    {
        using var expected = ModelState.Build(Convolutional);
        new AutoencoderTrainer(expected, new TrainingOptions { Epochs = 1, Seed = 1 }).Train(_images);

        using var model = ModelState.Build(Convolutional);
        var progress = new ProgressAction(p =>
        {
            if (p.Epoch == 2)
                throw new FormatException("not again");
        });
        var trainer = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 3, Seed = 1 });
        Assert.Throws<FormatException>(() => trainer.Train(_images, progress: progress));
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
        Assert.False(model.training);
    }

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }
}
