using F = TorchSharp.torch.nn.init;

namespace Offline.TorchSharp.Tests;

public class InitialWeightsTests
{
    public static TheoryData<string, Func<nn.Module>, int> Layers => new()
    {
        { "Linear", () => nn.Linear(50, 400), 50 },
        { "Conv2d", () => nn.Conv2d(8, 64, 5), 8 * 25 },
        // PyTorch takes the second dimension of the weight for the inputs, and those of a transposed convolution are its outputs.
        { "ConvTranspose2d", () => nn.ConvTranspose2d(64, 8, 5), 8 * 25 },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Weights_are_uniform_within_one_over_the_root_of_the_fan_in(string name, Func<nn.Module> make, int fanIn)
    {
        manual_seed(1);
        using var layer = make();
        var bound = 1 / Math.Sqrt(fanIn);
        foreach (var (parameter, value) in layer.named_parameters())
        {
            var values = Numbers.Of(value);
            Assert.True(values.Max(Math.Abs) <= bound * 1.000001, $"{name}.{parameter} leaves its bounds.");
        }

        // Of 12,800 and more numbers the largest is near the bound, and the mean within five of its standard deviations.
        var weights = Numbers.Of(layer.state_dict()["weight"]);
        Assert.InRange(weights.Max(), 0.99 * bound, bound * 1.000001);
        Assert.InRange(weights.Min(), -bound * 1.000001, -0.99 * bound);
        Assert.Equal(0, weights.Average(), 5 * bound / Math.Sqrt(3.0 * weights.Length));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        Assert.Equal(Bits(7), Bits(7));
        Assert.NotEqual(Bits(7), Bits(8));

        static byte[] Bits(long seed)
        {
            manual_seed(seed);
            using var model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(16, 3), nn.BatchNorm1d(3));
            return [.. model.parameters().SelectMany(Numbers.Bits)];
        }
    }

    [Fact]
    public void A_seeded_layer_has_the_weights_that_pytorch_gives_it()
    {
        manual_seed(0);
        using var layer = nn.Linear(2, 2);
        // What Python prints after torch.manual_seed(0); torch.nn.Linear(2, 2).
        Numbers.Equal(new[,] { { -0.0053, 0.3793 }, { -0.5820, -0.5204 } }, layer.state_dict()["weight"], 5e-5);
        Numbers.Equal(new[] { -0.2723, 0.1896 }, layer.state_dict()["bias"], 5e-5);
    }

    [Fact]
    public void Fans_are_counted_from_the_shape()
    {
        Assert.Equal((3, 5), F.CalculateFanInAndFanOut(zeros([5, 3])));
        Assert.Equal((3 * 4, 5 * 4), F.CalculateFanInAndFanOut(zeros([5, 3, 2, 2])));
        Assert.Throws<ArgumentException>(() => F.CalculateFanInAndFanOut(zeros([5])));
    }

    [Fact]
    public void Gains_are_those_of_the_papers()
    {
        Assert.Equal(1, F.calculate_gain(F.NonlinearityType.Linear));
        Assert.Equal(1, F.calculate_gain(F.NonlinearityType.Sigmoid));
        Assert.Equal(Math.Sqrt(2), F.calculate_gain(F.NonlinearityType.ReLU), 15);
        Assert.Equal(Math.Sqrt(2 / 1.04), F.calculate_gain(F.NonlinearityType.LeakyReLU, 0.2), 15);
    }

    [Theory]
    [InlineData(F.FanInOut.FanIn, 6.0 / 200)]
    [InlineData(F.FanInOut.FanOut, 6.0 / 300)]
    public void Kaimings_bound_is_the_root_of_six_over_the_fan_for_relu(F.FanInOut mode, double square)
    {
        manual_seed(1);
        var values = Numbers.Of(F.kaiming_uniform_(empty([300, 200]), mode: mode, nonlinearity: F.NonlinearityType.ReLU));
        Assert.Equal(Math.Sqrt(square), values.Max(Math.Abs), 1e-3);
    }

    [Fact]
    public void Initialization_is_no_part_of_a_graph_and_gives_its_tensor_back()
    {
        var parameter = empty([3], requires_grad: true);
        Assert.Same(parameter, F.ones_(parameter));
        Numbers.Equal(new[] { 1, 1, 1 }, parameter, 0);
        Assert.Same(parameter, F.zeros_(parameter));
        Numbers.Equal(new[] { 0, 0, 0 }, parameter, 0);
        Assert.Same(parameter, F.uniform_(parameter, 5, 6));
        Assert.All(Numbers.Of(parameter), value => Assert.InRange(value, 5, 6));
        Assert.True(parameter.is_leaf && parameter.requires_grad);
    }
}
