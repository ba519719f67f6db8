using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

/// <summary>Compares the scaling of slots with plain loops in double precision.</summary>
public class ScalingLearningTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 1, Seed = 3 };

    [Theory]
    [InlineData(FeatureScaling.MeanVariance)]
    [InlineData(FeatureScaling.MinMax)]
    [InlineData(FeatureScaling.Robust)]
    public void Every_slot_is_scaled_separately(FeatureScaling scaling)
    {
        // More rows than in one batch of the pass.
        var rows = Tables.Rows(9000);
        var (offsets, scales) = Learned(new VectorArchitecture(2) { Scaling = scaling }, Tables.ToTensor(rows));
        for (var slot = 0; slot < Tables.Columns; slot++)
        {
            var (center, width) = Expected(scaling, [.. rows.Select(row => row[slot])]);
            Assert.Equal((float)center, offsets[slot], Math.Abs(center) * 1e-6);
            Assert.Equal((float)width, scales[slot], width * 1e-5);
        }
    }

    [Fact]
    public void Digits_are_not_lost_far_from_zero()
    {
        // The squares of these have 18 digits; a float32 holds each value exactly.
        var values = Enumerable.Range(0, 1000).Select(i => 16_000_000.0 + i % 2).ToArray();
        var (offsets, scales) = Learned(new VectorArchitecture(1), Column(values));
        Assert.InRange(offsets[0], 16_000_000, 16_000_001);
        Assert.Equal(0.5f, scales[0]);
    }

    [Fact]
    public void A_constant_slot_keeps_its_unit()
    {
        var (offsets, scales) = Learned(new VectorArchitecture(2), Tables.ToTensor(Tables.Rows(100)));
        Assert.Equal(7, offsets[^1]);
        Assert.Equal(1, scales[^1]);
    }

    [Theory]
    [InlineData(FeatureScaling.MeanVariance)]
    [InlineData(FeatureScaling.MinMax)]
    [InlineData(FeatureScaling.Robust)]
    public void Missing_values_are_left_out(FeatureScaling scaling)
    {
        var rows = Tables.Rows(3000);
        var random = new Random(4);
        foreach (var row in rows)
            for (var slot = 0; slot < row.Length; slot++)
                row[slot] = random.NextDouble() < 0.3 ? double.NaN : row[slot];
        var (offsets, scales) = Learned(
            new VectorArchitecture(2) { Scaling = scaling, MissingValues = MissingValues.Mask }, Tables.ToTensor(rows));
        for (var slot = 0; slot < Tables.Columns; slot++)
        {
            var (center, width) = Expected(scaling, [.. rows.Select(row => row[slot]).Where(value => !double.IsNaN(value))]);
            Assert.Equal((float)center, offsets[slot], Math.Abs(center) * 1e-6);
            Assert.Equal((float)width, scales[slot], width * 1e-5);
        }
    }

    [Fact]
    public void Slots_without_values_and_values_that_cannot_be_scaled_are_refused_by_name()
    {
        Tensor Rows(params float[] values) => tensor(values, [values.Length / 2, 2]);
        var masking = new VectorArchitecture(1) { MissingValues = MissingValues.Mask };
        var empty = Assert.ThrowsAny<ArgumentException>(() => Learned(masking, Rows(1, float.NaN, 2, float.NaN, 3, float.NaN)));
        Message.Says(empty.Message, "Slot 1", "no value in any training row", "remove the slot");
        Message.Says<ArgumentException>(
            () => Learned(masking, Rows(1, 2, 3, float.PositiveInfinity)), "Row 1", "slot 1", "replace it");
        Message.Says<ArgumentException>(
            () => Learned(new VectorArchitecture(1), Rows(1, 2, float.NaN, 4)), "Row 1", "NaN", "slot 0", "MissingValues", "Mask");
    }

    [Fact]
    public void If_most_values_are_equal_the_standard_deviation_replaces_the_quartiles()
    {
        var values = Enumerable.Range(0, 1000).Select(i => i % 5 == 0 ? 100.0 + i % 7 : 0).ToArray();
        var (offsets, scales) = Learned(new VectorArchitecture(1) { Scaling = FeatureScaling.Robust }, Column(values));
        var (center, width) = Expected(FeatureScaling.MeanVariance, values);
        Assert.Equal(center, offsets[0], 1e-4);
        Assert.Equal(width, scales[0], 1e-4);
    }

    [Fact]
    public void A_slot_of_which_the_sample_has_no_value_is_not_empty()
    {
        var values = Enumerable.Repeat(double.NaN, 150_000).ToArray();
        (values[77], values[90_000]) = (3, 5);
        var (offsets, scales) = Learned(
            new VectorArchitecture(1) { Scaling = FeatureScaling.Robust, MissingValues = MissingValues.Mask }, Column(values));
        Assert.InRange(offsets[0], 3, 5);
        Assert.InRange(scales[0], 0.5, 1);
    }

    [Fact]
    public void Widths_out_of_single_precision_are_refused_or_ignored()
    {
        Message.Says<ArgumentException>(
            () => Learned(new VectorArchitecture(1) { Scaling = FeatureScaling.MinMax }, Column([-3e38, 0, 3e38])), "Slot 0", "too far apart");
        Assert.Equal(1, Learned(new VectorArchitecture(1), Column([1.4e-45, 0, 0])).Scales[0]);
    }

    [Fact]
    public void Inputs_and_targets_of_different_units_are_scaled_separately()
    {
        using var scope = NewDisposeScope();
        var inputs = Tables.ToTensor(Tables.Rows(600));
        var targets = inputs * 1000;
        using var model = new VectorArchitecture(2, Tables.Columns).Build(1);
        var history = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 60, BatchSize = 32, LearningRate = 3e-3, Seed = 1 })
            .Train(new TensorExamples(inputs, targets));
        Assert.InRange(history.Epochs[^1].TrainLoss, 0, 0.2);
        var (offsets, scales) = (State(model, "encoder.0.offset").Doubles(), State(model, "encoder.0.scale").Doubles());
        var last = model.state_dict().Keys.Last(name => name.EndsWith(".scale", StringComparison.Ordinal));
        for (var slot = 0; slot < Tables.Columns - 1; slot++)
            Assert.Equal(1000 * scales[slot], State(model, last).Doubles()[slot], scales[slot]);
        // In the units of the targets.
        Assert.Equal(1000 * offsets[4], model.call(inputs).mean([0]).Doubles()[4], 0.3 * 1000 * scales[4]);
    }

    [Fact]
    public void A_running_mean_of_the_weights_does_not_change_the_scaling()
    {
        using var scope = NewDisposeScope();
        byte[] Scaling(double? decay)
        {
            using var model = new VectorArchitecture(2, Tables.Columns).Build(1);
            new AutoencoderTrainer(model, new TrainingOptions { Epochs = 5, Seed = 1, BatchSize = 8, AveragingDecay = decay })
                .Train(new TensorExamples(Tables.ToTensor(Tables.Rows(200))));
            return [.. State(model, "encoder.0.offset").Bits(), .. State(model, "encoder.0.scale").Bits()];
        }

        Assert.Equal(Scaling(null), Scaling(0.99));
    }

    [Fact]
    public void A_checkpoint_distinguishes_rows_with_missing_values_from_others()
    {
        using var scope = NewDisposeScope();
        var rows = Tables.Rows(50);
        rows[3][2] = double.NaN;
        using var some = new TensorExamples(Tables.ToTensor(rows));
        rows[9][0]++;
        using var others = new TensorExamples(Tables.ToTensor(rows));
        Assert.DoesNotContain("NaN", some.Description, StringComparison.Ordinal);
        Assert.NotEqual(some.Description, others.Description);
    }

    [Fact]
    public void The_scaling_is_learned_only_once()
    {
        using var scope = NewDisposeScope();
        using var model = new VectorArchitecture(2, Tables.Columns).Build(1);
        var (first, second) = (Tables.ToTensor(Tables.Rows(200)), Tables.ToTensor(Tables.Rows(200, 9)) * 5);
        Train(model, first);
        var before = State(model, "encoder.0.scale").Bits();
        Train(model, second);
        Assert.Equal(before, State(model, "encoder.0.scale").Bits());
        Assert.Equal(before, State(model, model.state_dict().Keys.Last(name => name.EndsWith("scale", StringComparison.Ordinal))).Bits());
    }

    [Fact]
    public void Three_ranks_learn_the_same_scaling_as_one_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var examples = new TensorExamples(Tables.ToTensor(Tables.Rows(500)));
        // The networks differ until all ranks get the weights of rank 0.
        var models = new[] { 1, 2, 3, 1 }.Select(seed => new VectorArchitecture(2, Tables.Columns).Build(seed)).ToArray();
        byte[] Learn(Autoencoder model, IGradientExchange? exchange)
        {
            new AutoencoderTrainer(model, Options with { Exchange = exchange }).Train(examples);
            return [.. State(model, "encoder.0.offset").Bits(), .. State(model, "encoder.0.scale").Bits()];
        }

        var alone = Learn(models[3], null);
        Assert.All(ThreadRanks.Run(3, exchange => Learn(models[exchange.Rank], exchange)), rank => Assert.Equal(alone, rank));
        foreach (var (name, weights) in models[3].state_dict())
            TensorValues.AssertClose(weights, models[0].state_dict()[name], 1e-4 * Math.Max(1, weights.Doubles().Max(Math.Abs)));
        Array.ForEach(models, model => model.Dispose());
    }

    [Fact]
    public void A_large_table_is_sampled_for_its_quartiles()
    {
        var values = Enumerable.Range(0, 300_000).Select(i => (double)i).ToArray();
        var (offsets, scales) = Learned(new VectorArchitecture(1) { Scaling = FeatureScaling.Robust }, Column(values));
        // The median of 100,000 rows has a standard deviation of less than 0.2 percent.
        Assert.InRange(offsets[0], 148_000, 152_000);
        Assert.InRange(scales[0], 148_000, 152_000);
    }

    private static Tensor Column(double[] values) => tensor(Array.ConvertAll(values, value => (float)value), [values.Length, 1]);

    private static (float[] Offsets, float[] Scales) Learned(VectorArchitecture architecture, Tensor rows)
    {
        using var scope = NewDisposeScope();
        using var model = (architecture with { Length = (int)rows.shape[1], HiddenSizes = [4] }).Build(1);
        new AutoencoderTrainer(model, Options with { BatchSize = 100_000 }).Train(new TensorExamples(rows));
        return ([.. State(model, "encoder.0.offset").data<float>()], [.. State(model, "encoder.0.scale").data<float>()]);
    }

    private static void Train(Autoencoder model, Tensor rows) => new AutoencoderTrainer(model, Options).Train(new TensorExamples(rows));

    private static Tensor State(Autoencoder model, string name) => model.state_dict()[name];

    private static (double Center, double Width) Expected(FeatureScaling scaling, double[] values)
    {
        double[] sorted = [.. values.Order()];
        double Quantile(double share)
        {
            var place = share * (sorted.Length - 1);
            var low = (int)Math.Floor(place);
            return sorted[low] + (place - low) * (sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]);
        }

        var mean = values.Average();
        var (center, width) = scaling switch
        {
            FeatureScaling.MinMax => (sorted[0], sorted[^1] - sorted[0]),
            FeatureScaling.Robust => (Quantile(0.5), Quantile(0.75) - Quantile(0.25)),
            _ => (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean)))),
        };
        return (center, width == 0 ? 1 : width);
    }
}
