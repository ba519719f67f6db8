using TorchSharp.Modules;

namespace Offline.TorchSharp.Tests;

public class ClipGradNormTests
{
    private readonly double[] _first = Numbers.Draw(1, 6);
    private readonly double[] _second = Numbers.Draw(2, 4);

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    [InlineData(double.PositiveInfinity)]
    public void Gradients_are_scaled_together_to_the_norm_and_the_norm_before_is_returned(double p)
    {
        double[] all = [.. _first, .. _second];
        var norm = double.IsPositiveInfinity(p) ? all.Max(Math.Abs) : Math.Pow(all.Sum(g => Math.Pow(Math.Abs(g), p)), 1 / p);
        var parameters = Make();
        Assert.Equal(norm, nn.utils.clip_grad_norm_(parameters, 0.5, p), 1e-6);
        Numbers.Equal(_first.Select(g => g * 0.5 / norm).ToArray(), parameters[0].grad!.reshape(6), 2e-6);
        Numbers.Equal(_second.Select(g => g * 0.5 / norm).ToArray(), parameters[1].grad!, 2e-6);
    }

    [Fact]
    public void Gradients_within_the_norm_stay_as_they_are()
    {
        var parameters = Make();
        Assert.True(nn.utils.clip_grad_norm_(parameters, 100) < 100);
        Assert.Equal(Numbers.Bits(from_array(_first, float32)), Numbers.Bits(parameters[0].grad!));
    }

    [Fact]
    public void Parameters_without_gradients_do_not_count()
    {
        Assert.Equal(0, nn.utils.clip_grad_norm_([new Parameter(ones([2]))], 1));
        Assert.Equal(0, nn.utils.clip_grad_norm_([], 1));
        var parameters = Make();
        parameters[0].grad = null;
        Assert.Equal(Math.Sqrt(_second.Sum(g => g * g)), nn.utils.clip_grad_norm_(parameters, 1), 1e-6);
    }

    private Parameter[] Make()
    {
        Parameter[] parameters = [new(zeros([2, 3])), new(zeros([4]))];
        parameters[0].grad = from_array(_first, float32).reshape(2, 3);
        parameters[1].grad = from_array(_second, float32);
        return parameters;
    }
}
