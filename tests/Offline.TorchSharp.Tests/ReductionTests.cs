namespace Offline.TorchSharp.Tests;

public class ReductionTests
{
    private readonly double[,,,] _values = Numbers.Draw(1, 2, 3, 4, 5);

    [Fact]
    public void All_elements_are_reduced_to_one()
    {
        var tensor = from_array(_values);
        double[] flat = [.. _values.Cast<double>()];
        Numbers.Equal(flat.Sum(), tensor.sum());
        Numbers.Equal(flat.Average(), tensor.mean());
        Numbers.Equal(flat.Min(), tensor.min(), 0);
        Numbers.Equal(flat.Max(), tensor.max(), 0);
    }

    [Fact]
    public void Chosen_dimensions_are_summed()
    {
        var one = new double[2, 3, 5];
        var two = new double[2, 4];
        Each((n, c, y, x, value) => one[n, c, x] += value);
        Each((n, c, y, x, value) => two[n, y] += value);

        var tensor = from_array(_values);
        Numbers.Equal(one, tensor.sum(2));
        Numbers.Equal(two, tensor.sum([1, 3]));
        Numbers.Equal(two, tensor.sum([1, -1]));
        Assert.Equal([2, 3, 1, 5], tensor.sum(2, keepdim: true).shape);
        Assert.Equal([2, 1, 4, 1], tensor.sum([1, 3], keepdim: true).shape);
    }

    [Fact]
    public void Chosen_dimensions_are_averaged()
    {
        var expected = new double[3];
        Each((n, c, y, x, value) => expected[c] += value / 40);
        Numbers.Equal(expected, from_array(_values).mean([0, 2, 3]));
        Assert.Equal([1, 3, 1, 1], from_array(_values).mean([0, 2, 3], keepdim: true).shape);
    }

    [Fact]
    public void Sums_and_means_can_be_taken_in_another_type()
    {
        var bytes = full([1000], 255, uint8);
        Numbers.Equal(255_000, bytes.sum(), 0);
        Assert.Equal(ScalarType.Int64, bytes.sum().dtype);
        Assert.Equal(ScalarType.Float64, bytes.sum(type: float64).dtype);
        Assert.Equal(ScalarType.Float64, bytes.sum(0, type: float64).dtype);
        Numbers.Equal(255, bytes.mean([0], type: float64));
    }

    private void Each(Action<int, int, int, int, double> action)
    {
        for (var n = 0; n < 2; n++)
            for (var c = 0; c < 3; c++)
                for (var y = 0; y < 4; y++)
                    for (var x = 0; x < 5; x++)
                        action(n, c, y, x, _values[n, c, y, x]);
    }
}
