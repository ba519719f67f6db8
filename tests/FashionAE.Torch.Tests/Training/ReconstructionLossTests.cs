using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

public class ReconstructionLossTests
{
    private static readonly float[] Weights = [0, 0.5f, 3, 1, 0, 1e-3f, 2, 40, 1, 1, 0.25f, 7];

    /// <summary>The loss of a single value for an output and a target.</summary>
    private static readonly Dictionary<string, (Func<IReadOnlyList<float>?, ReconstructionLoss> Make, Func<double, double, double> Of)> Elementwise = new()
    {
        ["mean squared"] = (weights => new MeanSquaredLoss { SlotWeights = weights }, (o, t) => (o - t) * (o - t)),
        ["mean absolute"] = (weights => new MeanAbsoluteLoss { SlotWeights = weights }, (o, t) => Math.Abs(o - t)),
        ["Huber"] = (weights => new HuberLoss { SlotWeights = weights }, (o, t) => Huber(o - t, 1)),
        ["Huber, 0.25"] = (weights => new HuberLoss { SlotWeights = weights, Delta = 0.25 }, (o, t) => Huber(o - t, 0.25)),
        ["binary cross-entropy"] = (
            weights => new BinaryCrossEntropyLoss { SlotWeights = weights }, (o, t) => -(t * Math.Log(o) + (1 - t) * Math.Log(1 - o))),
        ["log-cosh"] = (weights => new LogCoshLoss { SlotWeights = weights }, (o, t) => Math.Log(Math.Cosh(o - t))),
    };

    public static TheoryData<string> Names => [.. Elementwise.Keys];

    public static TheoryData<string, ReconstructionLoss> All => new()
    {
        { "MeanSquaredError", ReconstructionLoss.MeanSquaredError },
        { "MeanAbsoluteError", ReconstructionLoss.MeanAbsoluteError },
        { "MeanSquaredAndAbsoluteError", ReconstructionLoss.MeanSquaredAndAbsoluteError },
        { "Huber", ReconstructionLoss.Huber },
        { "BinaryCrossEntropy", ReconstructionLoss.BinaryCrossEntropy },
        { "a sum", new SumLoss { Parts = [new(0.1, new LogCoshLoss()), new(0, ReconstructionLoss.MeanSquaredError), new(2, new HuberLoss { Delta = 0.1 })] } },
        { "weighted", new MeanSquaredLoss { SlotWeights = [.. Enumerable.Range(0, 64).Select(i => i % 3f)] } },
        { "custom", new LogCoshLoss() },
    };

    public static TheoryData<string, ReconstructionLoss> OutOfRange => new()
    {
        { "Delta", new HuberLoss { Delta = 0 } },
        { "Delta", new HuberLoss { Delta = double.NaN } },
        { "Delta", new HuberLoss { Delta = double.PositiveInfinity } },
        { "SlotWeights", new MeanSquaredLoss { SlotWeights = [] } },
        { "SlotWeights", new MeanSquaredLoss { SlotWeights = [0, 0] } },
        { "SlotWeights", new HuberLoss { SlotWeights = [1, -1] } },
        { "SlotWeights", new MeanAbsoluteLoss { SlotWeights = [1, float.NaN] } },
        { "SlotWeights", new BinaryCrossEntropyLoss { SlotWeights = [1, float.PositiveInfinity] } },
        { "Parts", new SumLoss { Parts = [] } },
        { "Parts", new SumLoss { Parts = null! } },
        { "Parts", new SumLoss { Parts = [null!] } },
        { "Parts", new SumLoss { Parts = [new(1, null!)] } },
        { "Parts", new SumLoss { Parts = [new(0, ReconstructionLoss.Huber)] } },
        { "Weight", new SumLoss { Parts = [new(-1, ReconstructionLoss.Huber)] } },
        { "Weight", new SumLoss { Parts = [new(double.NaN, ReconstructionLoss.Huber)] } },
        { "Delta", new SumLoss { Parts = [new(1, new HuberLoss { Delta = -1 })] } },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loss_is_the_mean_of_its_formula_over_all_values(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var shape in new long[][] { [5, 12], [5, 1, 3, 4], [5, 3, 2, 2], [1, 12] })
        {
            var (output, target) = Values(shape, name);
            var expected = output.Doubles().Zip(target.Doubles(), Elementwise[name].Of).Average();
            var loss = Elementwise[name].Make(null).Compute(output, target);
            Assert.Equal((ScalarType.Float32, 0L), (loss.dtype, loss.ndim));
            AssertRatio(expected, loss.item<float>());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_of_slots_multiply_the_losses_of_the_values_in_them(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var shape in new long[][] { [5, 12], [5, 3, 2, 2] })
        {
            var (output, target) = Values(shape, name);
            var losses = output.Doubles().Zip(target.Doubles(), Elementwise[name].Of).ToArray();
            var (sum, weights) = (0.0, 0.0);
            for (var i = 0; i < losses.Length; i++)
                (sum, weights) = (sum + Weights[i % 12] * losses[i], weights + Weights[i % 12]);
            AssertRatio(sum / weights, Elementwise[name].Make(Weights).Compute(output, target).item<float>());
            var equal = Elementwise[name].Make([.. Enumerable.Repeat(1e30f, 12)]).Compute(output, target);
            AssertRatio(losses.Average(), equal.item<float>());
        }
    }

    [Fact]
    public void The_losses_of_the_former_enum_use_the_same_functions()
    {
        using var scope = NewDisposeScope();
        var (output, target) = Values([7, 1, 3, 4], "mean squared");
        var (squared, absolute) = (nn.functional.mse_loss(output, target), nn.functional.l1_loss(output, target));
        TensorValues.AssertSameBits(squared, ReconstructionLoss.MeanSquaredError.Compute(output, target));
        TensorValues.AssertSameBits(squared + absolute, ReconstructionLoss.MeanSquaredAndAbsoluteError.Compute(output, target));
        TensorValues.AssertSameBits(absolute, ReconstructionLoss.MeanAbsoluteError.Compute(output, target));
        TensorValues.AssertSameBits(nn.functional.huber_loss(output, target), ReconstructionLoss.Huber.Compute(output, target));
        Assert.Same(ReconstructionLoss.MeanSquaredError, new TrainingOptions().Loss);
    }

    [Fact]
    public void A_sum_adds_its_parts_by_their_weights()
    {
        using var scope = NewDisposeScope();
        var (output, target) = Values([5, 12], "log-cosh");
        var pairs = output.Doubles().Zip(target.Doubles()).ToArray();
        var inner = new SumLoss { Parts = [new(0.5, ReconstructionLoss.MeanAbsoluteError), new(3, new LogCoshLoss())] };
        var loss = new SumLoss { Parts = [new(0.25, inner), new(0, new HuberLoss { Delta = 9 }), new(1, ReconstructionLoss.MeanSquaredError)] };
        var expected = pairs.Average(p => 0.125 * Math.Abs(p.First - p.Second) + 0.75 * Math.Log(Math.Cosh(p.First - p.Second))
            + Math.Pow(p.First - p.Second, 2));
        AssertRatio(expected, loss.Compute(output, target).item<float>());
    }

    /// <summary>Therefore neither the batch size nor the number of ranks matters.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void The_loss_of_a_batch_is_the_mean_of_those_of_its_rows(string name, ReconstructionLoss loss)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var (output, target) = Values([6, 64], "binary cross-entropy");
        var ofRows = Enumerable.Range(0, 6).Average(i => (double)loss.Compute(output.narrow(0, i, 1), target.narrow(0, i, 1)).item<float>());
        AssertRatio(ofRows, loss.Compute(output, target).item<float>());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_gradient_is_that_of_finite_differences(string name, ReconstructionLoss loss)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var (output, target) = Values([2, 64], "binary cross-entropy", ScalarType.Float64);
        output.requires_grad_(true);
        loss.Compute(output, target).backward();
        var (gradient, values) = (output.grad!.Doubles(), output.Doubles());
        double At(int i, double change)
        {
            double[] changed = [.. values];
            changed[i] += change;
            return loss.Compute(tensor(changed).reshape(2, 64), target).item<double>();
        }

        const double Step = 1e-6;
        for (var i = 0; i < values.Length; i += 7)
            Assert.Equal((At(i, Step) - At(i, -Step)) / (2 * Step), gradient[i], 7);
    }

    /// <summary>The documentation of PyTorch's BCELoss says that its logarithms are at least -100, so that the loss stays finite.</summary>
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 100)]
    [InlineData(1, 0, 100)]
    [InlineData(1, 1, 0)]
    [InlineData(0, 0.25, 25)]
    [InlineData(1, 1.01, -1)]
    [InlineData(0.5, -0.01, 0.693147)]
    public void Cross_entropy_is_finite_at_both_ends_and_slightly_outside_for_targets(double output, double target, double expected)
    {
        using var scope = NewDisposeScope();
        var made = full([2, 3], output).requires_grad_(true);
        var loss = ReconstructionLoss.BinaryCrossEntropy.Compute(made, full([2, 3], target));
        Assert.Equal(expected, loss.item<float>(), 4);
        loss.backward();
        Assert.All(made.grad!.Doubles(), g => Assert.True(double.IsFinite(g)));
    }

    [Fact]
    public void Losses_are_equal_and_print_by_their_settings()
    {
        Assert.Equal(ReconstructionLoss.Huber, new HuberLoss { Delta = 1 });
        Assert.Equal(new MeanSquaredLoss { SlotWeights = [1, 2] }, new MeanSquaredLoss { SlotWeights = new List<float> { 1, 2 } });
        Assert.Equal(
            ReconstructionLoss.MeanSquaredAndAbsoluteError,
            new SumLoss { Parts = [new(1, new MeanSquaredLoss()), new(1, new MeanAbsoluteLoss())] });
        Assert.NotEqual(ReconstructionLoss.MeanSquaredError, ReconstructionLoss.MeanAbsoluteError);
        Assert.Equal("HuberLoss { SlotWeights = [1, 0.1], Delta = 0.5 }", $"{new HuberLoss { Delta = 0.5, SlotWeights = [1, 0.1f] }}");
        Assert.Equal(
            "SumLoss { Parts = [LossPart { Weight = 0.5, Loss = MeanAbsoluteLoss { SlotWeights =  } }] }",
            $"{new SumLoss { Parts = [new(0.5, ReconstructionLoss.MeanAbsoluteError)] }}");
        ReconstructionLoss[] different =
        [
            new MeanSquaredLoss(), new MeanAbsoluteLoss(), new HuberLoss(), new HuberLoss { Delta = 1.0000000000000002 }, new BinaryCrossEntropyLoss(),
            new MeanSquaredLoss { SlotWeights = [1, 2] }, new MeanSquaredLoss { SlotWeights = [2, 1] }, new SumLoss { Parts = [new(2, new HuberLoss())] },
            new SumLoss { Parts = [new(1, new HuberLoss())] }, ReconstructionLoss.MeanSquaredAndAbsoluteError,
        ];
        Assert.Equal(different.Length, different.Distinct().Count());
        Assert.Equal(different.Length, different.Select(loss => $"{loss}").Distinct().Count());
    }

    [Fact]
    public void Lists_are_copied()
    {
        float[] weights = [1, 2];
        var loss = new MeanSquaredLoss { SlotWeights = weights };
        weights[0] = -1;
        loss.Check(2);
        Assert.Equal([1, 2], loss.SlotWeights!);
    }

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_setting_out_of_its_range_is_refused_by_name(string name, ReconstructionLoss loss)
    {
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => loss.Check(null)).ParamName);
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(new TrainingOptions { Loss = loss }.Validate).ParamName);
    }

    [Fact]
    public void Weights_for_another_number_of_slots_are_refused_with_both()
    {
        using var scope = NewDisposeScope();
        var loss = new HuberLoss { SlotWeights = Weights };
        loss.Check(null);
        loss.Check(12);
        const string Expected = "The HuberLoss has 12 SlotWeights, and a row has 64 values";
        using var model = ModelState.Build(new LinearArchitecture(new ImageShape(1, 8, 8), 2));
        var inSum = new SumLoss { Parts = [new(1, loss)] };
        foreach (var refused in new Action[]
        {
            () => loss.Check(64),
            () => loss.Compute(zeros(2, 64), zeros(2, 64)),
            () => _ = new AutoencoderTrainer(model, new TrainingOptions { Loss = loss }),
            () => _ = new AutoencoderTrainer(model, new TrainingOptions { Loss = inSum }),
        })
            Assert.StartsWith(Expected, Assert.Throws<ArgumentException>(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_of_another_shape_than_the_targets_are_refused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => ReconstructionLoss.MeanSquaredError.Compute(zeros(2, 1), zeros(2, 12)));
        Assert.StartsWith("The output has the shape [2, 1] and the target [2, 12]", error.Message, StringComparison.Ordinal);
    }

    private static double Huber(double difference, double delta) =>
        Math.Abs(difference) <= delta ? difference * difference / 2 : delta * (Math.Abs(difference) - delta / 2);

    /// <summary>Returns outputs and targets: in (0, 1) if the loss needs that, otherwise also far outside.</summary>
    private static (Tensor Output, Tensor Target) Values(long[] shape, string name, ScalarType type = ScalarType.Float32)
    {
        var (random, isShare) = (new Random(3), name == "binary cross-entropy");
        Tensor Make() => tensor(
            Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b))
                .Select(_ => isShare ? 0.01 + 0.98 * random.NextDouble() : 8 * random.NextDouble() - 4).ToArray(),
            type).reshape(shape);
        return (Make(), Make());
    }

    private static void AssertRatio(double expected, double actual) => Assert.InRange(actual / expected, 1 - 1e-5, 1 + 1e-5);
}
