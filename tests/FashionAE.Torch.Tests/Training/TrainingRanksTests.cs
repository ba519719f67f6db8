using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

[Trait("Pace", "slow")]
public sealed class TrainingRanksTests : IDisposable
{
    private static readonly ConvolutionalArchitecture Convolutional = new(FashionMnist.Shape) { Channels = [3, 4] };

    private static readonly TrainingOptions Options = new()
    {
        Epochs = 2,
        Seed = 1,
        BatchSize = 14,
        GradientClipNorm = 0.05,
        Augmentation = new RandomRotation(),
        AugmentedCopies = 2,
        ValidationSetFraction = 0.2,
        AveragingDecay = 0.9,
    };

    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// Returns 120 images. 96 of them and their copies are 20 batches of 14 and one of 8, which is too small for five ranks.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Ranks_get_the_weights_of_one_process_and_all_the_same_bit_for_bit(int size)
    {
        using var images = SampleImages.First(120);
        using var expected = ModelState.Build(Convolutional);
        var alone = new AutoencoderTrainer(expected, Options).Train(images, test: images);

        var models = Models(size, Convolutional);
        var histories = ThreadRanks.Run(size, exchange => Trainer(models, Options, exchange).Train(images, test: images));
        foreach (var (model, history) in models.Zip(histories))
        {
            Assert.Equal(ModelState.Of(models[0]), ModelState.Of(model));
            Assert.Equal(histories[0].Epochs, history.Epochs);
            Assert.Equal(alone.Outcome, history.Outcome);
        }
        foreach (var (name, tensor) in expected.state_dict())
            TensorValues.AssertClose(tensor, models[0].state_dict()[name], size == 1 ? 0 : 1e-4);
        foreach (var (one, many) in alone.Epochs.Zip(histories[0].Epochs))
            TensorValues.AssertClose(
                [one.TrainLoss, one.ValidationLoss!.Value, one.TestLoss!.Value],
                [many.TrainLoss, many.ValidationLoss!.Value, many.TestLoss!.Value], 1e-5);
        Array.ForEach(models, model => model.Dispose());
    }

    /// <summary>If the weights do not change, the means of the parts' means are those of the batch, and so are the running means.</summary>
    [Fact]
    public void Statistics_of_batch_normalization_are_averaged_over_the_ranks()
    {
        // No dropout: the threads would share its generator.
        var architecture = new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [12, 6], Dropout = [] };
        var options = new TrainingOptions { Epochs = 1, Seed = 1, BatchSize = 20, LearningRate = 1e-30 };
        using var images = SampleImages.First(120);
        using var expected = ModelState.Build(architecture);
        new AutoencoderTrainer(expected, options).Train(images);

        var models = Models(2, architecture);
        ThreadRanks.Run(2, exchange => Trainer(models, options, exchange).Train(images));
        Assert.Equal(ModelState.Of(models[0]), ModelState.Of(models[1]));
        TensorValues.AssertClose(expected.state_dict()["encoder.2.running_mean"], models[0].state_dict()["encoder.2.running_mean"], 1e-6);
        var variance = expected.state_dict()["encoder.2.running_var"].Doubles();
        var ofParts = models[0].state_dict()["encoder.2.running_var"].Doubles();
        Assert.All(variance.Zip(ofParts), pair => Assert.InRange(pair.Second / pair.First, 0.8, 1.2));
        Array.ForEach(models, model => model.Dispose());
    }

    [Fact]
    public void All_ranks_stop_after_the_batch_in_which_one_was_canceled_and_others_resume()
    {
        using var images = SampleImages.First(120);
        var kept = Options with { CheckpointPath = _folder.File("checkpoint"), Resume = true, ValidationSetFraction = 0 };
        using var expected = ModelState.Build(Convolutional);
        new AutoencoderTrainer(expected, kept with { CheckpointPath = null, Resume = false }).Train(images);

        var seen = new List<int>();
        var models = Models(2, Convolutional);
        using var cancellation = new CancellationTokenSource();
        var histories = ThreadRanks.Run(2, exchange => Trainer(models, kept, exchange).Train(
            images,
            progress: new ProgressAction(p =>
            {
                Assert.Equal(0, exchange.Rank);
                seen.Add(p.Epoch);
                if (p.Epoch == 2)
                    cancellation.Cancel();
            }),
            cancellationToken: exchange.Rank == 1 ? cancellation.Token : default));
        Assert.All(histories, history => Assert.Equal((TrainingOutcome.Canceled, 1), (history.Outcome, history.Epochs.Count)));
        Assert.Equal(2, seen[^1]);
        Assert.Equal(ModelState.Of(models[0]), ModelState.Of(models[1]));
        Assert.Equal(["checkpoint"], _folder.FileNames);

        // Three ranks, of which only the first can read the checkpoint.
        var others = Models(3, Convolutional);
        var rest = ThreadRanks.Run(3, exchange => Trainer(
            others, exchange.Rank == 0 ? kept : kept with { CheckpointPath = _folder.File("none") }, exchange).Train(images));
        Assert.All(rest, history => Assert.Equal((TrainingOutcome.Completed, 2), (history.Outcome, history.Epochs.Count)));
        foreach (var (name, tensor) in expected.state_dict())
            TensorValues.AssertClose(tensor, others[2].state_dict()[name], 1e-4);
        Assert.Equal(["checkpoint"], _folder.FileNames);
        Array.ForEach([.. models, .. others], model => model.Dispose());
    }

    [Fact]
    public void A_seed_that_is_drawn_is_the_same_on_all_ranks()
    {
        using var images = SampleImages.First(40);
        var models = Models(2, Convolutional);
        ThreadRanks.Run(2, exchange => Trainer(models, Options with { Seed = null, Epochs = 1 }, exchange).Train(images));
        Assert.Equal(ModelState.Of(models[0]), ModelState.Of(models[1]));
        Array.ForEach(models, model => model.Dispose());
    }

    [Theory]
    [InlineData("BatchSize")]
    [InlineData("Epochs")]
    [InlineData("Data")]
    public void Ranks_that_would_train_different_things_are_refused(string what)
    {
        using var images = SampleImages.First(40);
        using var others = SampleImages.Range(1, 40);
        var models = Models(2, Convolutional);
        var error = Assert.Throws<AggregateException>(() => ThreadRanks.Run(2, exchange =>
        {
            var isOther = exchange.Rank == 1;
            var options = Options with { Exchange = exchange };
            if (isOther && what == "BatchSize")
                options.BatchSize = 13;
            if (isOther && what == "Epochs")
                options.Epochs = 3;
            return new AutoencoderTrainer(models[exchange.Rank], options).Train(isOther && what == "Data" ? others : images);
        }));
        Assert.All(error.InnerExceptions, e => Assert.IsType<InvalidOperationException>(e));
        Assert.Contains(error.InnerExceptions, e => e.Message.StartsWith($"Rank 1 trains with {what} '", StringComparison.Ordinal));
        Array.ForEach(models, model => model.Dispose());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Gradients_of_every_type_and_layout_are_summed(ScalarType type)
    {
        var sums = ThreadRanks.Run(3, exchange =>
        {
            using var scope = NewDisposeScope();
            using var ranks = new TrainingRanks(exchange);
            // A contiguous tensor, one that is not contiguous, and one of another size.
            Tensor[] tensors = [arange(6).reshape(2, 3).to(type), arange(6).reshape(2, 3).t().to(type), arange(5).to(type)];
            return Array.ConvertAll(tensors, tensor =>
            {
                tensor.mul_(exchange.Rank + 1);
                ranks.Sum(tensor);
                return tensor.Doubles();
            });
        });
        Assert.All(sums, sum => Assert.Equal((double[][])[[0, 6, 12, 18, 24, 30], [0, 18, 6, 24, 12, 30], [0, 6, 12, 18, 24]], sum));
    }

    [Fact]
    public void An_impossible_rank_is_refused()
    {
        using var model = ModelState.Build(Convolutional);
        var options = Options with { Exchange = new Impossible() };
        Assert.Throws<ArgumentOutOfRangeException>("Exchange", () => new AutoencoderTrainer(model, options));
    }

    [Fact]
    public void Every_example_of_a_batch_is_on_one_rank_and_no_rank_has_a_single_one_of_several()
    {
        foreach (var size in Enumerable.Range(1, 7))
            foreach (var examples in Enumerable.Range(1, 30))
            {
                using var scope = NewDisposeScope();
                var batch = arange(examples);
                var parts = ThreadRanks.Run(size, exchange => new TrainingRanks(exchange).PartOf(examples));
                var own = parts.Where(part => part.Count > 0).Select(part => part.Part.Of(batch).Doubles()).ToList();
                Assert.Equal(Enumerable.Range(0, examples).Select(i => (double)i), own.SelectMany(part => part).Order());
                Assert.All(own, part => Assert.True(part.Length > 1 || examples == 1));
                Assert.Equal(parts.Where(part => part.Count > 0).Select(part => part.Count), own.Select(part => (long)part.Length));
                // The same examples, after some that stay unchanged.
                foreach (var originals in Enumerable.Range(0, examples + 1))
                    Assert.All(parts.Select(part => part.Part), part =>
                    {
                        var front = part.Of(batch.narrow(0, 0, originals)).Doubles();
                        var back = part.After(originals).Of(batch.narrow(0, originals, examples - originals)).Doubles();
                        Assert.Equal(part.Of(batch).Doubles(), front.Concat(back));
                    });
            }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 3)]
    [InlineData(6, 2)]
    [InlineData(7, 2)]
    [InlineData(9, 2)]
    [InlineData(3, 1)]
    [InlineData(9, 1)]
    public void A_part_of_a_batch_is_augmented_as_in_the_whole_batch(int first, int step)
    {
        using var scope = NewDisposeScope();
        using var images = SampleImages.First(7);
        using var pixels = ImageSet.ToUnitRange(images.Images);
        IAugmentation[] all = [new GaussianNoise(), new RandomRotation(), new RandomRotation(90, Interpolation.Bilinear), new Inverting()];
        foreach (var augmentation in all)
        {
            using var whole = new Generator(5);
            using var part = new Generator(5);
            var expected = augmentation.Apply(pixels, whole);
            var actual = augmentation.ApplyToPart(pixels, part, first, step);
            var chosen = Enumerable.Range(0, 7).Where(i => i >= first && (i - first) % step == 0).ToArray();
            Assert.Equal([chosen.Length, 1L, 28, 28], actual.shape);
            for (var i = 0; i < chosen.Length; i++)
                TensorValues.AssertSameBits(expected[chosen[i]], actual[i]);
            // The same amount was drawn.
            Assert.Equal(rand([1], generator: whole).item<float>(), rand([1], generator: part).item<float>());
        }
    }

    [Theory]
    [InlineData(-1, 1, "first")]
    [InlineData(0, 0, "step")]
    [InlineData(0, -2, "step")]
    public void A_part_that_is_not_in_the_batch_is_refused(int first, int step, string parameter)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var pixels = rand([4, 1, 6, 6], generator: generator);
        IAugmentation[] all = [new GaussianNoise(), new RandomRotation(), new Inverting()];
        foreach (var augmentation in all)
            Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => augmentation.ApplyToPart(pixels, generator, first, step)).ParamName);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Gives all ranks except the first different weights. Training must start with those of the first.</summary>
    private static Autoencoder[] Models(int size, AutoencoderArchitecture architecture) =>
        [.. Enumerable.Range(0, size).Select(rank => ModelState.Build(architecture, seed: 1 + rank))];

    private static AutoencoderTrainer Trainer(Autoencoder[] models, TrainingOptions options, IGradientExchange exchange) =>
        new(models[exchange.Rank], options with { Exchange = exchange });

    private sealed record Inverting : IAugmentation
    {
        public Tensor Apply(Tensor images, Generator generator) => rand([images.shape[0], 1, 1, 1], generator: generator) - images;
    }

    private sealed class Impossible : IGradientExchange
    {
        public int Rank => 2;

        public int Size => 2;

        public void Sum(Span<float> values) => throw new NotSupportedException();

        public void Sum(Span<double> values) => throw new NotSupportedException();

        public void Broadcast(Span<byte> values) => throw new NotSupportedException();

        public void Barrier() => throw new NotSupportedException();
    }
}
