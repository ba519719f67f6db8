namespace Offline.TorchSharp.Tests;

public class SequentialTests
{
    [Fact]
    public void Parameters_are_named_by_the_position_of_their_module()
    {
        using var model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1, hasBias: false));
        Assert.Equal(["0.weight", "0.bias", "2.weight"], model.named_parameters().Select(p => p.name));
        Assert.Equal(["0", "1", "2"], model.named_children().Select(m => m.name));
        Assert.Equal(3, model.Count);
    }

    [Fact]
    public void Names_of_nested_modules_are_joined_by_dots()
    {
        using var model = nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)), nn.Sequential(nn.Flatten(), nn.Linear(3, 1)));
        Assert.Equal(
            [
                "0.0.bias", "0.0.weight", "0.1.bias", "0.1.num_batches_tracked", "0.1.running_mean", "0.1.running_var", "0.1.weight",
                "1.1.bias", "1.1.weight",
            ],
            model.state_dict().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["0", "0.0", "0.1", "1", "1.0", "1.1"], model.named_modules().Select(m => m.name).Order(StringComparer.Ordinal));
        Assert.Equal(6, model.modules().Distinct().Count());
        Assert.Equal(2, model.children().Count());
    }

    [Fact]
    public void Modules_run_one_after_the_other()
    {
        using var model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.ReLU(), nn.Unflatten(1, [1, 1, 2]));
        var (weight, bias) = (Numbers.Draw(1, 2, 4), Numbers.Draw(2, 2));
        using (no_grad())
        {
            model.state_dict()["1.weight"].copy_(from_array(weight));
            model.state_dict()["1.bias"].copy_(from_array(bias));
        }
        var input = Numbers.Draw(3, 3, 1, 2, 2);
        var expected = new double[3, 1, 1, 2];
        for (var n = 0; n < 3; n++)
            for (var o = 0; o < 2; o++)
            {
                var sum = bias[o] + Enumerable.Range(0, 4).Sum(k => input[n, 0, k / 2, k % 2] * weight[o, k]);
                expected[n, 0, 0, o] = Math.Max(sum, 0);
            }
        Numbers.Equal(expected, model.call(from_array(input, float32)), 1e-6);
        Numbers.Equal(expected, model.forward(from_array(input, float32)), 1e-6);
    }

    [Fact]
    public void A_module_can_be_taken_out_by_its_position()
    {
        using var model = nn.Sequential(new List<nn.Module<Tensor, Tensor>> { nn.Flatten(), nn.ReLU() });
        Numbers.Equal(new[] { 0, 1 }, model[1].call(tensor(new[] { -1f, 1 })), 0);
    }

    [Fact]
    public void What_lies_between_the_modules_is_freed_and_the_input_is_not()
    {
        using var model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid());
        var input = ones([1, 2]);
        using var scope = NewDisposeScope();
        var result = model.call(input);
        Assert.Equal(1, scope.DisposablesCount);
        Assert.False(result.IsInvalid);
        Assert.False(input.IsInvalid);

        // The graph kept what it needs.
        result.sum().backward();
        Assert.All(model.parameters(), parameter => Assert.NotNull(parameter.grad));
    }
}
