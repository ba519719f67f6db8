namespace Offline.TorchSharp.Tests;

public class ArithmeticTests
{
    private readonly double[] _left = Numbers.Draw(1, 20);
    private readonly double[] _right = Numbers.Draw(2, 20);

    [Fact]
    public void Operators_work_element_by_element()
    {
        var (a, b) = (from_array(_left), from_array(_right));
        Numbers.Equal(Pairs((x, y) => x + y), a + b);
        Numbers.Equal(Pairs((x, y) => x - y), a - b);
        Numbers.Equal(Pairs((x, y) => x * y), a * b);
        Numbers.Equal(Pairs((x, y) => x / y), a / b);
        Numbers.Equal(Each(x => -x), -a);
    }

    [Fact]
    public void A_number_may_stand_on_the_right()
    {
        var a = from_array(_left);
        Numbers.Equal(Each(x => x + 0.1), a + 0.1);
        Numbers.Equal(Each(x => x + 0.5f), a + 0.5f);
        Numbers.Equal(Each(x => x + 3), a + 3);
        Numbers.Equal(Each(x => x - 0.1), a - 0.1);
        Numbers.Equal(Each(x => x - 0.5f), a - 0.5f);
        Numbers.Equal(Each(x => x - 3), a - 3);
        Numbers.Equal(Each(x => x * 0.1), a * 0.1);
        Numbers.Equal(Each(x => x * 0.5f), a * 0.5f);
        Numbers.Equal(Each(x => x * 3), a * 3);
        Numbers.Equal(Each(x => x / 0.1), a / 0.1);
        Numbers.Equal(Each(x => x / 0.5f), a / 0.5f);
        Numbers.Equal(Each(x => x / 3), a / 3);
    }

    [Fact]
    public void A_number_may_stand_on_the_left()
    {
        var a = from_array(_left);
        Numbers.Equal(Each(x => 0.1 - x), 0.1 - a);
        Numbers.Equal(Each(x => 0.1 * x), 0.1 * a);
        Numbers.Equal(Each(x => 0.5f * x), 0.5f * a);
        Numbers.Equal(Each(x => 3 * x), 3 * a);
    }

    [Fact]
    public void A_scalar_may_stand_on_the_right()
    {
        var a = from_array(_left);
        var scalar = 0.1.ToScalar();
        Numbers.Equal(Each(x => x + 0.1), a + scalar);
        Numbers.Equal(Each(x => x - 0.1), a - scalar);
        Numbers.Equal(Each(x => x * 0.1), a * scalar);
        Numbers.Equal(Each(x => x / 0.1), a / scalar);
        Numbers.Equal(Each(x => x / 3), a.div(3.ToScalar()));
    }

    [Fact]
    public void A_scalar_remembers_its_type()
    {
        Assert.Equal(ScalarType.Float64, 1.0.ToScalar().Type);
        Assert.Equal(ScalarType.Float32, 1f.ToScalar().Type);
        Assert.Equal(ScalarType.Int64, 1L.ToScalar().Type);
        Assert.Equal(ScalarType.Int32, 1.ToScalar().Type);
        Assert.Equal(ScalarType.Byte, ((Scalar)(byte)1).Type);
        Assert.Equal(ScalarType.Bool, ((Scalar)true).Type);
    }

    [Fact]
    public void A_whole_number_leaves_whole_numbers_whole_and_a_fraction_does_not()
    {
        var whole = torch.tensor(new long[] { 7, -7 });
        Assert.Equal(ScalarType.Int64, (whole * 2).dtype);
        Assert.Equal(ScalarType.Float32, (whole * 0.5).dtype);
        // Division is true division in PyTorch.
        Numbers.Equal(new[] { 3.5, -3.5 }, whole / 2, 0);
    }

    [Fact]
    public void Shapes_are_broadcast()
    {
        var sum = from_array(new[,] { { 1 }, { 2 } }) + from_array(new[] { 10, 20, 30 });
        Numbers.Equal(new[,] { { 11, 21, 31 }, { 12, 22, 32 } }, sum, 0);
    }

    [Fact]
    public void Functions_are_those_of_the_framework()
    {
        var a = from_array(_left);
        Numbers.Equal(Each(Math.Abs), a.abs());
        Numbers.Equal(Each(x => x * x), a.square());
        Numbers.Equal(Each(x => Math.Sqrt(Math.Abs(x))), a.abs().sqrt());
        Numbers.Equal(Each(x => Math.Log10(Math.Abs(x))), a.abs().log10());
        Numbers.Equal(Each(Math.Sin), a.sin());
        Numbers.Equal(Each(Math.Cos), a.cos());
        Numbers.Equal(Each(x => -x), a.neg());
    }

    [Fact]
    public void Clamp_takes_either_bound_or_both()
    {
        var a = from_array(_left);
        Numbers.Equal(Each(x => Math.Clamp(x, -0.3, 0.4)), a.clamp(-0.3, 0.4));
        Numbers.Equal(Each(x => Math.Max(x, -0.3)), a.clamp(min: -0.3));
        Numbers.Equal(Each(x => Math.Min(x, 0.4)), a.clamp(max: 0.4));
    }

    [Fact]
    public void A_product_of_matrices_is_the_sum_of_products()
    {
        var (a, b) = (Numbers.Draw(3, 4, 5), Numbers.Draw(4, 5, 6));
        var expected = new double[4, 6];
        for (var i = 0; i < 4; i++)
            for (var j = 0; j < 6; j++)
                for (var k = 0; k < 5; k++)
                    expected[i, j] += a[i, k] * b[k, j];
        Numbers.Equal(expected, from_array(a).matmul(from_array(b)));
        Numbers.Equal(expected, from_array(a).to(float32).matmul(from_array(b).to(float32)), 1e-6);
    }

    private double[] Each(Func<double, double> function) => [.. _left.Select(function)];

    private double[] Pairs(Func<double, double, double> function) => [.. _left.Zip(_right, function)];
}
