using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

/// <summary>Tests trainings with all kinds of losses.</summary>
public sealed class LossTrainingTests : IDisposable
{
    private static readonly LinearArchitecture Linear = new(new ImageShape(1, 8, 8), 4);

    private readonly TemporaryFolder _folder = new();
    private readonly TensorExamples _images = new(Stripes(60));

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(ReconstructionLossTests.All), MemberType = typeof(ReconstructionLossTests))]
    public void A_training_lowers_its_loss(string name, ReconstructionLoss loss)
    {
        using var model = ModelState.Build(Linear);
        var history = new AutoencoderTrainer(model, Options(loss) with { Epochs = 6 }).Train(_images, _images);
        // The lowest cross-entropy of gray pixels is their entropy, which is above 0.
        var least = name == "BinaryCrossEntropy" ? Entropy(_images) : 0;
        Assert.True(history.Epochs[^1].ValidationLoss - least < 0.7 * (history.Epochs[0].TrainLoss - least), $"{string.Join('\n', history.Epochs)}");
    }

    /// <summary>The loss is recorded, but the learning rate is judged by squared errors.</summary>
    [Fact]
    public void The_validation_loss_is_that_of_the_formula()
    {
        using var scope = NewDisposeScope();
        using var model = ModelState.Build(Linear);
        var loss = new SumLoss { Parts = [new(0.5, new LogCoshLoss()), new(2, new MeanAbsoluteLoss { SlotWeights = [.. Enumerable.Range(0, 64)] })] };
        var record = new AutoencoderTrainer(model, Options(loss) with { Epochs = 1 }).Train(_images, _images).Epochs[0];
        using var _ = no_grad();
        var (targets, weights) = (Stripes(60), 63 * 64 / 2.0);
        var differences = model.call(targets).Doubles().Zip(targets.Doubles(), (a, b) => a - b).ToArray();
        var expected = differences.Average(d => 0.5 * Math.Log(Math.Cosh(d)))
            + 2 * differences.Select((d, i) => i % 64 * Math.Abs(d)).Sum() / weights / 60;
        Assert.InRange(record.ValidationLoss!.Value / expected, 1 - 1e-5, 1 + 1e-5);
    }

    [Fact]
    public void A_resumed_training_needs_a_loss_with_the_same_settings()
    {
        var weights = Enumerable.Range(1, 64).Select(i => (float)i).ToArray();
        var loss = new HuberLoss { Delta = 0.5, SlotWeights = weights };
        using var model = ModelState.Build(Linear);
        var kept = Options(loss) with { CheckpointPath = _folder.File("checkpoint"), Resume = true };
        new AutoencoderTrainer(model, kept with { Epochs = 1 }).Train(_images);
        foreach (var other in new ReconstructionLoss[]
        {
            loss with { Delta = 0.6 }, loss with { SlotWeights = [.. weights[1..], 1] }, loss with { SlotWeights = null },
            new MeanAbsoluteLoss { SlotWeights = weights }, new SumLoss { Parts = [new(1, loss)] },
        })
        {
            var error = Assert.Throws<InvalidDataException>(() => new AutoencoderTrainer(model, kept with { Loss = other }).Train(_images));
            Assert.Contains("with Loss 'HuberLoss { SlotWeights = [1, 2, 3, ", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(2, new AutoencoderTrainer(model, kept with { Loss = new HuberLoss { Delta = 0.5, SlotWeights = [.. weights] } }).Train(_images).Epochs.Count);
    }

    /// <summary>Earlier versions wrote the names of an enum.</summary>
    [Theory]
    [InlineData("MeanSquaredError", false)]
    [InlineData("MeanSquaredAndAbsoluteError", true)]
    public void Checkpoints_have_the_names_that_earlier_versions_wrote(string name, bool isSum)
    {
        using var model = ModelState.Build(Linear);
        var squared = new LossPart(1, new MeanSquaredLoss());
        ReconstructionLoss loss = isSum ? new SumLoss { Parts = [squared, new(1, new MeanAbsoluteLoss())] } : squared.Loss;
        new AutoencoderTrainer(model, Options(loss) with { Epochs = 1, CheckpointPath = _folder.File("checkpoint") }).Train(_images);
        Assert.Contains($"\"Loss\":\"{name}\"", SafeTensorsFile.Read(_folder.File("checkpoint")).Metadata["fashionae.training"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("each value", "FunctionLoss.Compute returned a tensor [20, 1, 8, 8]: it must return a scalar")]
    [InlineData("null", "FunctionLoss.Compute returned null: it must return a scalar")]
    [InlineData("detached", "FunctionLoss.Compute returned a value without a gradient")]
    public void A_custom_loss_that_returns_an_invalid_loss_is_refused_by_name(string kind, string expected)
    {
        using var model = ModelState.Build(Linear);
        var loss = new FunctionLoss((output, target) => kind switch
        {
            "each value" => output - target,
            "null" => null!,
            _ => output.detach().mean(),
        });
        foreach (var wrong in new ReconstructionLoss[] { loss, new SumLoss { Parts = [new(1, ReconstructionLoss.Huber), new(2, loss)] } })
        {
            var trainer = new AutoencoderTrainer(model, Options(wrong));
            Assert.StartsWith(expected, Assert.Throws<InvalidOperationException>(() => trainer.Train(_images)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_element_wise_loss_without_a_loss_for_each_value_is_refused_by_name()
    {
        using var model = ModelState.Build(Linear);
        foreach (var weights in new[] { null, Enumerable.Repeat(1f, 64).ToArray() })
        {
            var trainer = new AutoencoderTrainer(model, Options(new MeanOfValuesLoss { SlotWeights = weights }));
            var error = Assert.Throws<InvalidOperationException>(() => trainer.Train(_images));
            Assert.StartsWith("MeanOfValuesLoss.Elements returned [20] for [20, 1, 8, 8]", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_custom_loss_may_draw_numbers_that_depend_on_the_seed()
    {
        var loss = new FunctionLoss((output, target) => (output - target).mul(rand_like(output)).abs().mean());
        var states = new List<Dictionary<string, byte[]>>();
        foreach (var seed in new[] { 5, 5, 6 })
        {
            using var model = ModelState.Build(Linear);
            manual_seed(states.Count); // must not matter
            new AutoencoderTrainer(model, Options(new SumLoss { Parts = [new(1, loss)] }) with { Seed = seed }).Train(_images);
            states.Add(ModelState.Of(model));
        }
        Assert.Equal(states[0], states[1]);
        Assert.NotEqual(states[0], states[2]);
    }

    [Fact]
    public void A_loss_that_became_infinite_ends_the_training()
    {
        using var model = ModelState.Build(Linear);
        var initial = ModelState.Of(model);
        var loss = new FunctionLoss((output, target) => (output - target).abs().mean() / zeros([]));
        var trainer = new AutoencoderTrainer(model, Options(loss) with { BatchSize = 60 });
        Assert.Equal(double.PositiveInfinity, Assert.Throws<NotFiniteNumberException>(() => trainer.Train(_images)).OffendingNumber);
        Assert.Equal(initial, ModelState.Of(model));
    }

    [Fact]
    public void Outputs_outside_the_range_of_the_cross_entropy_end_the_training_with_the_reason()
    {
        using var model = ModelState.Build(new UnboundedArchitecture(new ImageShape(1, 8, 8), 64));
        foreach (var loss in new[] { ReconstructionLoss.BinaryCrossEntropy, new SumLoss { Parts = [new(1, ReconstructionLoss.BinaryCrossEntropy)] } })
        {
            var error = Assert.Throws<NotFiniteNumberException>(() => new AutoencoderTrainer(model, Options(loss)).Train(_images));
            Assert.EndsWith(
                "BinaryCrossEntropyLoss also needs outputs in [0, 1]: end the network with a sigmoid, or use another loss.",
                error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_cross_entropy_of_vectors_needs_a_sigmoid_also_as_a_part_of_a_sum()
    {
        using var linear = new VectorArchitecture(2, 8).Build(1);
        using var bounded = new VectorArchitecture(2, 8) { OutputActivation = ActivationKind.Sigmoid, Scaling = FeatureScaling.MinMax }.Build(1);
        ReconstructionLoss entropy = ReconstructionLoss.BinaryCrossEntropy;
        foreach (var loss in new[] { entropy, new SumLoss { Parts = [new(1, ReconstructionLoss.MeanSquaredError), new(0.5, entropy)] } })
        {
            Message.Says<ArgumentException>(() => new AutoencoderTrainer(linear, Options(loss)), "BinaryCrossEntropyLoss", "ActivationKind.Sigmoid");
            Assert.NotNull(new AutoencoderTrainer(bounded, Options(loss)));
        }
        Assert.NotNull(new AutoencoderTrainer(linear, Options(new SumLoss { Parts = [new(1, ReconstructionLoss.MeanSquaredError)] })));
    }

    private static TrainingOptions Options(ReconstructionLoss loss) =>
        new() { Epochs = 2, BatchSize = 20, Seed = 1, LearningRate = 0.03, Loss = loss };

    /// <summary>Returns bright rows in a dark image, or the opposite.</summary>
    private static Tensor Stripes(int count)
    {
        var pixels = new float[count * 64];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i / 8 % 8 % (2 + i / 64 % 4) == 0 ? 0.9f : 0.05f;
        return tensor(pixels).reshape(count, 1, 8, 8);
    }

    private static double Entropy(TensorExamples images)
    {
        using var scope = NewDisposeScope();
        return images.InOrder(60, CPU).Single().Target.Doubles().Average(p => -(p * Math.Log(p) + (1 - p) * Math.Log(1 - p)));
    }

    private sealed record FunctionLoss(Func<Tensor, Tensor, Tensor> Function) : ReconstructionLoss
    {
        public override Tensor Compute(Tensor output, Tensor target) => Function(output, target);
    }

    private sealed record MeanOfValuesLoss : ElementwiseLoss
    {
        protected override Tensor Elements(Tensor output, Tensor target) => (output - target).abs().mean([1, 2, 3]);
    }

    private sealed record UnboundedArchitecture(ImageShape ImageShape, int LatentSize) : AutoencoderArchitecture(ImageShape, LatentSize)
    {
        public override Autoencoder Build() => new UnboundedAutoencoder(this);
    }

    /// <summary>Returns twice the pixels minus 1, plus a trained value.</summary>
    private sealed class UnboundedAutoencoder : Autoencoder
    {
        private readonly TorchSharp.Modules.Parameter _shift = new(zeros(64));

        public UnboundedAutoencoder(UnboundedArchitecture architecture)
            : base(nameof(UnboundedAutoencoder), architecture) => register_parameter("shift", _shift);

        public override Tensor Encode(Tensor images) => images.flatten(1);

        public override Tensor Decode(Tensor latent) => (latent * 2 - 1 + _shift).reshape(ImageShape.Batch(latent.shape[0]));
    }
}
