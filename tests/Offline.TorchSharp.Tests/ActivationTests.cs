using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class ActivationTests
{
    private readonly double[] _values = [-700, -3, -0.1, 0, 0.1, 3, 700];

    [Fact]
    public void Relu_keeps_what_is_positive() =>
        Numbers.Equal(_values.Select(x => Math.Max(x, 0)).ToArray(), F.relu(from_array(_values)), 0);

    [Fact]
    public void Relu_in_place_changes_its_input()
    {
        var x = from_array(_values);
        F.relu(x, inplace: true);
        Numbers.Equal(_values.Select(value => Math.Max(value, 0)).ToArray(), x, 0);

        var y = from_array(_values);
        F.relu(y);
        Numbers.Equal(_values, y, 0);
    }

    [Fact]
    public void Sigmoid_is_the_logistic_function() =>
        Numbers.Equal(_values.Select(x => 1 / (1 + Math.Exp(-x))).ToArray(), F.sigmoid(from_array(_values)));

    [Fact]
    public void Modules_compute_the_functions()
    {
        using var relu = nn.ReLU();
        using var sigmoid = nn.Sigmoid();
        var x = from_array(_values);
        Numbers.Equal(_values.Select(value => Math.Max(value, 0)).ToArray(), relu.call(x), 0);
        Numbers.Equal(_values.Select(value => 1 / (1 + Math.Exp(-value))).ToArray(), sigmoid.call(x));
    }
}
