namespace Offline.TorchSharp.Tests;

public class InPlaceTests
{
    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> Changes => new()
    {
        { "add_ tensor", t => t.add_(full([4], 2.0, float64)), x => x + 2 },
        { "add_ scaled tensor", t => t.add_(full([4], 2.0, float64), 0.1), x => x + 0.2 },
        { "add_ number", t => t.add_(2), x => x + 2 },
        { "sub_ tensor", t => t.sub_(full([4], 2.0, float64)), x => x - 2 },
        { "sub_ number", t => t.sub_(0.1), x => x - 0.1 },
        { "mul_ tensor", t => t.mul_(full([4], 3.0, float64)), x => x * 3 },
        { "mul_ number", t => t.mul_(3), x => x * 3 },
        { "div_ number", t => t.div_(3), x => x / 3 },
        { "clamp_", t => t.clamp_(-0.5, 1), x => Math.Clamp(x, -0.5, 1) },
        { "fill_", t => t.fill_(0.1), _ => 0.1 },
        { "zero_", t => t.zero_(), _ => 0 },
        { "copy_", t => t.copy_(full([4], 5L, int64)), _ => 5 },
        { "uniform_", t => t.uniform_(3, 3), _ => 3 },
        { "normal_", t => t.normal_(3, 0), _ => 3 },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_in_place_changes_the_tensor_and_gives_it_back(string name, Func<Tensor, Tensor> change, Func<double, double> formula)
    {
        double[] values = [-2, -0.1, 0.7, 4];
        var tensor = from_array(values);
        var view = tensor.view(2, 2);

        var result = change(tensor);

        Assert.True(ReferenceEquals(tensor, result), name);
        Numbers.Equal(values.Select(formula).ToArray(), tensor, 1e-15);
        Numbers.Equal(values.Select(formula).ToArray(), view.reshape(4), 1e-15);
    }
}
