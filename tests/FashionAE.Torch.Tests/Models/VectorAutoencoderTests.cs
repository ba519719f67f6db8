using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

public class VectorAutoencoderTests
{
    public static TheoryData<VectorArchitecture> Architectures =>
    [
        new VectorArchitecture(3),
        new VectorArchitecture(3) { BatchNormalization = true, Activation = ActivationKind.Relu },
        new VectorArchitecture(1) { HiddenSizes = [], Scaling = FeatureScaling.None },
        new VectorArchitecture(2) { HiddenSizes = [9, 5], BatchNormalization = true, Dropout = [0.2], Scaling = FeatureScaling.Robust },
        new VectorArchitecture(8) { Activation = ActivationKind.Tanh, OutputActivation = ActivationKind.Sigmoid, Scaling = FeatureScaling.MinMax },
        new VectorArchitecture(4) { Activation = ActivationKind.Elu, MissingValues = MissingValues.Mask },
        new VectorArchitecture(4) { Activation = ActivationKind.LeakyRelu, MissingValues = MissingValues.Mask, Scaling = FeatureScaling.None },
        new VectorArchitecture(4) { Activation = ActivationKind.Gelu },
        new VectorArchitecture(4) { Activation = ActivationKind.Silu },
    ];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void It_computes_what_its_layers_compute_one_after_the_other(VectorArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var model = Trained(architecture);
        var rows = Tables.Rows(5, 8);
        if (architecture.MissingValues == MissingValues.Mask)
            (rows[0][1], rows[3][0], rows[3][4]) = (double.NaN, double.NaN, double.NaN);
        var input = Tables.ToTensor(rows);
        var latent = Array.ConvertAll(rows, row => Forward(model, "encoder", architecture, row));
        TensorValues.AssertClose([.. latent.SelectMany(row => row)], model.Encode(input).Doubles(), 1e-3 * Largest(latent));
        var decoded = Array.ConvertAll(latent, row => Forward(model, "decoder", architecture, row));
        Assert.Equal([5, Tables.Columns], model.call(input).shape);
        for (var slot = 0; slot < Tables.Columns; slot++)
            TensorValues.AssertClose(
                Array.ConvertAll(decoded, row => row[slot]), model.call(input).select(1, slot).Doubles(),
                1e-3 + 1e-6 * decoded.Max(row => Math.Abs(row[slot])));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_loaded_network_equals_the_saved_one_bit_for_bit(VectorArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var model = Trained(architecture);
        using var stream = new MemoryStream();
        AutoencoderFile.Save(model, stream);
        stream.Position = 0;
        using var loaded = AutoencoderFile.Load(stream);
        Assert.Equal(model.Architecture, loaded.Architecture);
        var input = Tables.ToTensor(Tables.Rows(20, 5));
        TensorValues.AssertSameBits(model.call(input), loaded.call(input));
    }

    [Fact]
    public void Training_follows_the_data_and_not_their_units()
    {
        using var scope = NewDisposeScope();
        var rows = Tables.ToTensor(Tables.Rows(2000));
        using var model = new VectorArchitecture(2, Tables.Columns).Build(1);
        var history = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 60, LearningRate = 3e-3, Seed = 1 }).Train(new TensorExamples(rows));
        // 1 would mean that the network learned nothing. The rows depend on two hidden values, which fit into the latent vector.
        Assert.InRange(history.Epochs[^1].TrainLoss, 0, 0.1);
        var errors = (rows - model.call(rows)).square().mean([0]).sqrt().Doubles();
        Assert.InRange(errors[0], 0, 10);
        Assert.InRange(errors[1], 0, 1e-3);
    }

    [Fact]
    public void A_missing_value_changes_neither_the_loss_nor_a_gradient()
    {
        using var scope = NewDisposeScope();
        var architecture = new VectorArchitecture(2, 3) { HiddenSizes = [], Scaling = FeatureScaling.None, MissingValues = MissingValues.Mask };
        using var model = architecture.Build(1);
        var rows = tensor(new[] { 1f, float.NaN, 3f, -1f, 2f, float.NaN }, [2, 3]);
        var (output, target) = model.Compare(rows, rows);
        nn.functional.mse_loss(output, target).backward();
        // The loss computed by hand: a missing value is 0 at the input, and has the error 0.
        var decoded = model.call(tensor(new[] { 1f, 0f, 3f, -1f, 2f, 0f }, [2, 3])).Doubles();
        double[] values = [1, double.NaN, 3, -1, 2, double.NaN];
        var expected = values.Zip(decoded, (value, answer) => double.IsNaN(value) ? 0 : (value - answer) * (value - answer)).Sum() / 6;
        Assert.Equal(expected, nn.functional.mse_loss(output, target).item<float>(), 1e-5);
        Assert.All(model.parameters(), parameter => Assert.True(parameter.grad!.isfinite().all().item<bool>()));
        // The gradient of the output bias of a slot is the sum of that slot's errors.
        var bias = model.get_parameter("decoder.0.bias")!.grad!.Doubles();
        Assert.Equal(2 * (decoded[4] - 2) / 6, bias[1], 1e-5);
        Assert.Equal(2 * (decoded[2] - 3) / 6, bias[2], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Onnx_files_compute_it(VectorArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var model = Trained(architecture);
        foreach (var part in Enum.GetValues<OnnxPart>())
            // Saving compares the graph with the network.
            Assert.NotEmpty(OnnxFile.ToBytes(model, part));
    }

    [Fact]
    public void Invalid_settings_are_refused()
    {
        Message.Says<ArgumentOutOfRangeException>(() => new VectorArchitecture(2).Build(), "Length is not set");
        VectorArchitecture[] wrong =
        [
            new(0, 3), new(2) { InputShape = new ImageShape(1, 28, 28) }, new(2, 3) { OutputActivation = ActivationKind.Sigmoid }, new(2, 3) { HiddenSizes = [0] }, new(2, 3) { Dropout = [1] }, new(2, 3) { Activation = (ActivationKind)99 },
            new(2, 3) { Scaling = (FeatureScaling)9 }, new(2, 3) { MissingValues = (MissingValues)9 }, new(2, 3) { HiddenSizes = null! },
        ];
        Assert.All(wrong, architecture => Assert.Throws<ArgumentOutOfRangeException>(architecture.Build));
        Assert.All(new[] { 0, -1 }, length => Assert.Throws<ArgumentOutOfRangeException>(() => new VectorArchitecture(2, length)));
    }

    [Fact]
    public void A_record_whose_shape_a_file_would_lose_is_not_saved()
    {
        using var model = new ShapedArchitecture(InputShape.Vector(4), 2).Build();
        Message.Says<NotSupportedException>(
            () => AutoencoderFile.Save(model, new MemoryStream()), nameof(ShapedArchitecture), "not 4", "Length or ImageShape");
    }

    [Fact]
    public void Augmentations_of_images_are_refused()
    {
        using var model = new VectorArchitecture(1, Tables.Columns).Build(1);
        using var examples = new TensorExamples(Tables.ToTensor(Tables.Rows(10)));
        foreach (IAugmentation augmentation in new IAugmentation[] { new RandomRotation(180), new GaussianNoise() })
            Message.Says<ArgumentException>(
                () => new AutoencoderTrainer(model, new TrainingOptions { Augmentation = augmentation }).Train(examples),
                augmentation.GetType().Name, "images");
    }

    [Theory]
    [InlineData("encoder.0.scale")]
    [InlineData("decoder.5.scale")]
    public void A_scale_that_is_not_positive_was_never_saved(string name)
    {
        using var model = new VectorArchitecture(1, 2).Build(1);
        using (no_grad())
            model.state_dict()[name].zero_();
        using var stream = new MemoryStream();
        AutoencoderFile.Save(model, stream);
        stream.Position = 0;
        Message.Says<InvalidDataException>(() => AutoencoderFile.Load(stream), "scale", "not above 0");
    }

    private static Autoencoder Trained(VectorArchitecture architecture)
    {
        var model = (architecture with { Length = Tables.Columns }).Build(1);
        using var examples = new TensorExamples(Tables.ToTensor(Tables.Rows(100)));
        // Values without scaling are large, so the steps are small.
        var rate = architecture.Scaling == FeatureScaling.None ? 1e-9 : 1e-3;
        new AutoencoderTrainer(model, new TrainingOptions { Epochs = 2, Seed = 1, LearningRate = rate }).Train(examples);
        return model;
    }

    private static double Largest(double[][] rows) => Math.Max(1, rows.Max(row => row.Max(Math.Abs)));

    /// <summary>Computes a part of the network from its tensors, by plain loops.</summary>
    private static double[] Forward(Autoencoder model, string part, VectorArchitecture architecture, double[] values)
    {
        var state = model.state_dict().Where(s => s.Key.StartsWith(part, StringComparison.Ordinal)).ToDictionary(s => s.Key, s => s.Value.Doubles());
        var linear = state.Keys.Count(name => name.EndsWith("weight", StringComparison.Ordinal) && state[name].Length > state[name[..^6] + "bias"].Length);
        var done = 0;
        for (var layer = 0; layer < 100; layer++)
        {
            double[] Of(string name) => state.GetValueOrDefault($"{part}.{layer}.{name}", []);
            if (Of("offset") is { Length: > 0 } offset)
                values = [.. values.Select((v, i) => part == "encoder" ? (v - offset[i]) / Of("scale")[i] : v * Of("scale")[i] + offset[i])];
            if (part == "encoder")
                values = Array.ConvertAll(values, value => double.IsNaN(value) ? 0 : value);
            if (Of("running_mean") is { Length: > 0 } mean)
            {
                values = [.. values.Select((v, i) => (v - mean[i]) / Math.Sqrt(Of("running_var")[i] + 1e-5) * Of("weight")[i] + Of("bias")[i])];
            }
            else if (Of("weight") is { Length: > 0 } weight)
            {
                var bias = Of("bias");
                values = [.. bias.Select((b, o) => b + values.Select((v, i) => v * weight[o * values.Length + i]).Sum())];
                done++;
            }
            else
            {
                continue;
            }
            // The activation function follows the normalization, if there is one.
            if (state.ContainsKey($"{part}.{layer + 1}.running_mean"))
                continue;
            var kind = done < linear ? architecture.Activation : part == "decoder" ? architecture.OutputActivation : ActivationKind.None;
            values = Array.ConvertAll(values, value => Apply(kind, value));
        }
        return values;
    }

    /// <summary>Passes a property to the base class that files do not store.</summary>
    public sealed record ShapedArchitecture(InputShape InputShape, int LatentSize) : AutoencoderArchitecture(InputShape, LatentSize)
    {
        public override Autoencoder Build() => new Network(this);

        private sealed class Network(ShapedArchitecture architecture) : Autoencoder("Shaped", architecture)
        {
            public override Tensor Encode(Tensor images) => images.narrow(1, 0, LatentSize);

            public override Tensor Decode(Tensor latent) => cat([latent, latent], 1);
        }
    }

    private static double Apply(ActivationKind kind, double x) => kind switch
    {
        ActivationKind.Relu => Math.Max(0, x),
        ActivationKind.LeakyRelu => x < 0 ? 0.01 * x : x,
        ActivationKind.Elu => x < 0 ? Math.Exp(x) - 1 : x,
        ActivationKind.Gelu => x * NormalShare(x),
        ActivationKind.Silu => x / (1 + Math.Exp(-x)),
        ActivationKind.Tanh => Math.Tanh(x),
        ActivationKind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        _ => x,
    };

    /// <summary>The normal distribution function, computed with the trapezoidal rule.</summary>
    private static double NormalShare(double x)
    {
        const int Steps = 4000;
        var width = x / Steps;
        var sum = Enumerable.Range(0, Steps + 1).Sum(i => (i is 0 or Steps ? 0.5 : 1) * Math.Exp(-(i * width) * (i * width) / 2));
        return 0.5 + sum * width / Math.Sqrt(2 * Math.PI);
    }
}
