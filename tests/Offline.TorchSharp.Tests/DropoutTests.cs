using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class DropoutTests
{
    private const int Count = 100_000;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_share_p_is_dropped_and_the_rest_made_up_for_it(double p)
    {
        manual_seed(1);
        var values = Numbers.Of(F.dropout(ones(Count), p));
        // Five standard deviations of a binomial share.
        Assert.Equal(p, (double)values.Count(value => value == 0) / Count, 5 * Math.Sqrt(p * (1 - p) / Count));
        Assert.All(values.Where(value => value != 0), value => Assert.Equal(1 / (1 - p), value, 1e-6));
    }

    [Fact]
    public void Another_call_drops_others()
    {
        manual_seed(1);
        var x = ones(Count);
        Assert.NotEqual(Numbers.Of(F.dropout(x)), Numbers.Of(F.dropout(x)));
    }

    [Fact]
    public void Nothing_is_dropped_outside_training_or_with_p_zero()
    {
        var x = Numbers.Draw(1, 1000);
        Numbers.Equal(x, F.dropout(from_array(x), 0.5, training: false), 0);
        Numbers.Equal(x, F.dropout(from_array(x), 0), 0);
        Numbers.Equal(new double[1000], F.dropout(from_array(x), 1), 0);
    }

    [Fact]
    public void In_place_the_input_itself_loses_elements()
    {
        manual_seed(1);
        var x = ones(Count);
        F.dropout(x, 0.25, inplace: true);
        Assert.Equal(0.25, Numbers.Of(x).Count(value => value == 0) / (double)Count, 0.01);
    }

    [Fact]
    public void The_module_drops_in_training_and_is_the_identity_in_evaluation()
    {
        manual_seed(1);
        using var module = nn.Dropout(0.2);
        var x = ones(Count);
        Assert.Equal(0.2, Numbers.Of(module.call(x)).Count(value => value == 0) / (double)Count, 0.01);
        module.eval();
        Numbers.Equal(Numbers.Of(x), module.call(x), 0);
    }
}
