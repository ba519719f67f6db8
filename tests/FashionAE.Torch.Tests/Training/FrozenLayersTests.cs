using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Training;

public sealed class FrozenLayersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly TrainingOptions Options = new()
    {
        Epochs = 3,
        BatchSize = 20,
        LearningRate = 3e-3,
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 0.1,
        GradientClipNorm = 1,
        Seed = 1,
    };

    [Theory]
    [InlineData("dense", FrozenPart.Encoder, null)]
    [InlineData("dense", FrozenPart.Decoder, 0.9)]
    [InlineData("dense", FrozenPart.Encoder, 0.9)]
    [InlineData("convolutional", FrozenPart.Encoder, 0.9)]
    [InlineData("convolutional", FrozenPart.Decoder, null)]
    public void A_frozen_part_is_unchanged_and_the_other_is_trained(string network, FrozenPart part, double? averaging)
    {
        using var images = SampleImages.First(200);
        using var model = ModelState.Build(Architecture(network));
        new AutoencoderTrainer(model, Options with { Epochs = 1 }).Train(images);
        var before = ModelState.Of(model);

        var options = Options with { FrozenPart = part, AveragingDecay = averaging };
        var history = new AutoencoderTrainer(model, options).Train(images);
        var frozen = part == FrozenPart.Encoder ? "encoder." : "decoder.";
        var after = ModelState.Of(model);
        Assert.All(before, entry => Assert.Equal(entry.Key.StartsWith(frozen, StringComparison.Ordinal), entry.Value.SequenceEqual(after[entry.Key])));
        Assert.True(history.Epochs[^1].TrainLoss < history.Epochs[0].TrainLoss);
        // Another training of the same model trains all of it.
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.False(model.training);
    }

    [Fact]
    public void A_frozen_part_runs_in_evaluation_mode_also_with_callbacks()
    {
        using var images = SampleImages.First(100);
        using var plain = ModelState.Build(Architecture("dense"));
        using var watched = ModelState.Build(Architecture("dense"));
        var options = Options with { FrozenPart = FrozenPart.Encoder };
        new AutoencoderTrainer(plain, options).Train(images);
        new AutoencoderTrainer(watched, options with { Callbacks = [new CallbackActions { Step = state => Assert.False(state.Model.training) }] }).Train(images);
        Assert.Equal(ModelState.Of(plain), ModelState.Of(watched));
    }

    [Fact]
    public void Weights_that_a_user_has_frozen_stay_frozen()
    {
        using var images = SampleImages.First(60);
        using var model = ModelState.Build(Architecture("dense"));
        var (name, first) = model.named_parameters().First();
        first.requires_grad = false;
        var before = ModelState.Of(model)[name];
        new AutoencoderTrainer(model, Options with { FrozenPart = FrozenPart.Encoder }).Train(images);
        Assert.False(first.requires_grad);
        new AutoencoderTrainer(model, Options).Train(images);
        Assert.Equal(before, ModelState.Of(model)[name]);
    }

    [Fact]
    public void A_resumed_training_keeps_the_part_and_ends_like_one_that_was_not_interrupted()
    {
        using var images = SampleImages.First(100);
        var options = Options with { FrozenPart = FrozenPart.Encoder, AveragingDecay = 0.9, CheckpointPath = _folder.File("checkpoint"), Resume = true };
        using var expected = ModelState.Build(Architecture("dense"));
        new AutoencoderTrainer(expected, options with { CheckpointPath = null, Resume = false }).Train(images);

        using var model = ModelState.Build(Architecture("dense"));
        new AutoencoderTrainer(model, options with { Epochs = 1 }).Train(images);
        var other = Assert.Throws<InvalidDataException>(() => new AutoencoderTrainer(model, options with { FrozenPart = FrozenPart.None }).Train(images));
        Assert.Contains("with FrozenPart 'Encoder', not ''", other.Message, StringComparison.Ordinal);
        new AutoencoderTrainer(model, options).Train(images);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
    }

    [Fact]
    public void All_ranks_keep_the_part()
    {
        using var images = SampleImages.First(90);
        // No dropout: the threads would share its generator.
        Autoencoder[] models = [.. Enumerable.Range(0, 3).Select(_ => ModelState.Build(new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [12, 6], Dropout = [] }))];
        var before = ModelState.Of(models[0]);
        ThreadRanks.Run(3, exchange => new AutoencoderTrainer(
            models[exchange.Rank], Options with { FrozenPart = FrozenPart.Decoder, AveragingDecay = 0.9, Exchange = exchange }).Train(images));
        Assert.All(models, model => Assert.Equal(ModelState.Of(models[0]), ModelState.Of(model)));
        var after = ModelState.Of(models[0]);
        Assert.All(before, entry => Assert.Equal(entry.Key.StartsWith("decoder.", StringComparison.Ordinal), entry.Value.SequenceEqual(after[entry.Key])));
        Array.ForEach(models, model => model.Dispose());
    }

    [Fact]
    public void A_network_without_such_a_part_is_refused()
    {
        using var linear = new LinearArchitecture(FashionMnist.Shape, 2).Build();
        var error = Assert.Throws<ArgumentException>(() => new AutoencoderTrainer(linear, Options with { FrozenPart = FrozenPart.Decoder }));
        Assert.Contains("no layer that is registered as 'decoder'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_under_both_names_is_kept_under_both()
    {
        using var images = SampleImages.First(60);
        using var model = ModelState.Build(new TiedTwiceArchitecture(FashionMnist.Shape, 2));
        var before = ModelState.Of(model);
        new AutoencoderTrainer(model, Options with { FrozenPart = FrozenPart.Encoder, AveragingDecay = 0.9 }).Train(images);
        var after = ModelState.Of(model);
        Assert.Equal(["bias"], before.Keys.Where(name => !before[name].SequenceEqual(after[name])));
    }

    [Fact]
    public void A_network_that_has_not_learned_its_scaling_is_refused()
    {
        using var rows = Tables.ToTensor(Tables.Rows(50));
        using var examples = new TensorExamples(rows);
        using var model = new VectorArchitecture(2, Tables.Columns).Build();
        var options = Options with { FrozenPart = FrozenPart.Decoder };
        var error = Assert.Throws<InvalidOperationException>(() => new AutoencoderTrainer(model, options).Train(examples));
        Assert.Contains("train it with None first", error.Message, StringComparison.Ordinal);
        new AutoencoderTrainer(model, Options).Train(examples);
        new AutoencoderTrainer(model, options).Train(examples);
    }

    public void Dispose() => _folder.Dispose();

    private static AutoencoderArchitecture Architecture(string network) => network == "dense"
        ? new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [32, 8], Dropout = [0.2, 0.1] }
        : new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [3, 4] };
}
