using FashionAE.Torch.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

/// <summary>Compares every step with that of TorchSharp's optimizers, which update parameters one by one.</summary>
public class AdamOptimizerTests
{
    public static TheoryData<string> Networks => ["dense", "convolutional", "odd", "aliased", "aliased buffer", "linear"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Steps_are_those_of_the_optimizer_that_goes_from_parameter_to_parameter(string network)
    {
        foreach (var isDecoupled in new[] { false, true })
        {
            using var scope = NewDisposeScope();
            using var expected = Build(network);
            using var actual = Build(network);
            using OptimizerHelper reference = isDecoupled
                ? optim.AdamW(expected.parameters(), 3e-3, weight_decay: 0.1)
                : optim.Adam(expected.parameters(), 3e-3, weight_decay: 0.1);
            using var optimizer = new AdamOptimizer(actual.parameters(), 0.1, isDecoupled, actual.buffers());
            for (var step = 0; step < 6; step++)
            {
                var images = rand([8, 1, 8, 8], dtype: actual.parameters().First().dtype);
                reference.zero_grad();
                Loss(expected, images, step).backward();
                nn.utils.clip_grad_norm_(expected.parameters().Where(p => p.grad is not null).ToArray(), 0.05);
                reference.step();

                optimizer.ClearGradients();
                Loss(actual, images, step).backward();
                optimizer.Step(3e-3, 0.05);
                foreach (var ((name, value), (_, other)) in expected.named_parameters().Zip(actual.named_parameters()))
                    Assert.True(value.allclose(other, 1e-4, 1e-6), $"{name} differs after step {step + 1}, decoupled: {isDecoupled}");
            }
            Assert.Equal(
                expected.state_dict().Select(s => (s.Key, Shape(s.Value))), actual.state_dict().Select(s => (s.Key, Shape(s.Value))));
        }
    }

    [Fact]
    public void Parameters_that_train_together_share_memory_and_are_saved_as_before()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Build("convolutional");
        using (var optimizer = new AdamOptimizer(model.parameters()))
        {
            Loss(model, rand([8, 1, 8, 8]), 0).backward();
            optimizer.Step(1e-3);
        }
        var places = model.parameters().Select(p => p.storage<float>().data_ptr()).Distinct();
        Assert.Single(places);
        Assert.All(model.parameters(), p => Assert.Null(p.grad));

        model.save(folder.File("torch"));
        using var loaded = Build("convolutional");
        loaded.load(folder.File("torch"));
        foreach (var (name, value) in model.state_dict())
            TensorValues.AssertSameBits(value, loaded.state_dict()[name]);
        var most = 2 * sizeof(float) * model.parameters().Sum(p => p.NumberOfElements) + 10_000;
        Assert.InRange(new FileInfo(folder.File("torch")).Length, 0, most);
    }

    [Fact]
    public void Gradients_that_other_code_has_cleared_are_an_error()
    {
        using var model = new LinearArchitecture(new ImageShape(1, 2, 2), 2).Build();
        using var optimizer = new AdamOptimizer(model.parameters());
        using var images = rand([3, 1, 2, 2]);
        void Learn()
        {
            using var scope = NewDisposeScope();
            model.call(images).sum().backward();
            optimizer.Step(0.01);
        }
        Learn();
        optimizer.ClearGradients();
        Learn();
        model.zero_grad();
        Assert.Contains("ClearGradients", Assert.Throws<InvalidOperationException>(Learn).Message);
    }

    [Fact]
    public void A_tensor_that_shares_the_memory_of_a_parameter_still_does()
    {
        using var scope = NewDisposeScope();
        using var model = Build("aliased buffer");
        using var optimizer = new AdamOptimizer(model.parameters(), others: model.buffers());
        Loss(model, rand([8, 1, 8, 8]), 0).backward();
        optimizer.Step(1e-2);
        TensorValues.AssertSameBits(model.state_dict()["down.weight"], model.state_dict()["seen"]);
    }

    private static string Shape(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}] {tensor.is_contiguous()}";

    private static Tensor Loss(nn.Module<Tensor, Tensor> model, Tensor images, int step)
    {
        if (model is OddNetwork odd)
            odd.IsLateUsed = step >= 3;
        return nn.functional.mse_loss(model.call(images), images);
    }

    private static nn.Module<Tensor, Tensor> Build(string network)
    {
        manual_seed(5);
        var shape = new ImageShape(1, 8, 8);
        nn.Module<Tensor, Tensor> model = network switch
        {
            "dense" => new DenseArchitecture(shape) { HiddenSizes = [16, 8], Dropout = [] }.Build(),
            "convolutional" => new ConvolutionalArchitecture(shape) { Channels = [4, 8] }.Build(),
            "linear" => new LinearArchitecture(shape, 3).Build(),
            _ => new OddNetwork(network),
        };
        // Biases before batch normalization only have gradients from rounding, which Adam makes as large as any other.
        if (network == "dense")
            model.to(ScalarType.Float64);
        model.train();
        manual_seed(6);
        return model;
    }

    /// <summary>A network with parameters that are frozen, unused, used later, of another type, and used twice.</summary>
    private sealed class OddNetwork : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _down = nn.Linear(64, 3);
        private readonly Parameter _up;
        private readonly Parameter _scale = new(ones(64, ScalarType.Float64));
        private readonly Parameter _frozen = new(rand(64), requires_grad: false);
        private readonly Parameter _unused = new(ones(4));
        private readonly Parameter _late = new(ones(64));

        public OddNetwork(string kind)
            : base(kind)
        {
            register_module("down", _down);
            register_module("again", _down);
            register_parameter("frozen", _frozen);
            register_parameter("unused", _unused);
            register_parameter("late", _late);
            _up = new Parameter(kind == "aliased" ? _down.weight!.detach().t() : rand(64, 3));
            register_parameter("up", _up);
            if (kind == "odd")
                register_parameter("scale", _scale);
            if (kind == "aliased buffer")
                register_buffer("seen", _down.weight!.detach());
        }

        public bool IsLateUsed { get; set; }

        public override Tensor forward(Tensor input)
        {
            var output = _down.call(input.flatten(1)).matmul(_up.t()) + _frozen;
            if (IsLateUsed)
                output *= _late;
            if (name == "odd")
                output = (output * _scale).to(ScalarType.Float32);
            return output.reshape(input.shape);
        }
    }
}
