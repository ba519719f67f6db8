namespace Offline.TorchSharp.Tests;

public class ComparisonTests
{
    private readonly double[] _values = [-1, 0, 2, 2, 5];

    [Fact]
    public void Elements_are_compared_with_a_number()
    {
        var tensor = from_array(_values);
        Numbers.Equal(Each(x => x == 2), tensor.eq(2), 0);
        Numbers.Equal(Each(x => x != 2), tensor.ne(2), 0);
        Numbers.Equal(Each(x => x < 2), tensor.lt(2), 0);
        Numbers.Equal(Each(x => x <= 2), tensor.le(2), 0);
        Numbers.Equal(Each(x => x > 2), tensor.gt(2), 0);
        Numbers.Equal(Each(x => x >= 2), tensor.ge(2), 0);
        Assert.Equal(ScalarType.Bool, tensor.eq(2).dtype);
    }

    [Fact]
    public void Elements_are_compared_with_those_of_another_tensor() =>
        Numbers.Equal(
            new[] { true, false, true, false, true },
            from_array(_values).eq(torch.tensor(new double[] { -1, 1, 2, 3, 5 })),
            0);

    [Fact]
    public void Infinities_and_what_is_no_number_are_not_finite() =>
        Numbers.Equal(
            new[] { true, false, false, false, true },
            torch.tensor(new[] { 0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue }).isfinite(),
            0);

    [Fact]
    public void All_asks_every_element_and_any_asks_one()
    {
        var tensor = from_array(_values);
        Assert.True(tensor.ge(-1).all().item<bool>());
        Assert.False(tensor.ge(0).all().item<bool>());
        Assert.True(tensor.ge(5).any().item<bool>());
        Assert.False(tensor.gt(5).any().item<bool>());
    }

    [Fact]
    public void Without_elements_all_is_true_and_any_is_not()
    {
        var none = zeros([0]).eq(1);
        Assert.True(none.all().item<bool>());
        Assert.False(none.any().item<bool>());
    }

    private bool[] Each(Func<double, bool> predicate) => [.. _values.Select(predicate)];
}
