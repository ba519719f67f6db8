using System.Runtime.InteropServices;

namespace Offline.TorchSharp.Tests;

public class TensorSelectionTests
{
    private readonly double[,] _matrix = Numbers.Draw(1, 5, 7);

    [Fact]
    public void Narrow_takes_a_window_of_one_dimension()
    {
        var expected = new double[5, 3];
        for (var i = 0; i < 5; i++)
            for (var j = 0; j < 3; j++)
                expected[i, j] = _matrix[i, j + 2];
        Numbers.Equal(expected, from_array(_matrix).narrow(1, 2, 3), 0);
    }

    [Fact]
    public void What_is_written_to_a_window_is_in_the_whole()
    {
        var tensor = zeros([2, 3]);
        tensor.narrow(0, 1, 1).fill_(1);
        tensor.select(1, 2).fill_(2);
        Numbers.Equal(new[,] { { 0, 0, 2 }, { 1, 1, 2 } }, tensor, 0);
    }

    [Fact]
    public void Select_takes_one_slice_and_drops_its_dimension()
    {
        var tensor = from_array(_matrix);
        Numbers.Equal(Row(3), tensor.select(0, 3), 0);
        Numbers.Equal(Row(4), tensor.select(0, -1), 0);
        Assert.Equal([5], tensor.select(1, 0).shape);
    }

    [Fact]
    public void Index_select_takes_slices_in_any_order_and_repeatedly()
    {
        long[] index = [4, 0, 4];
        var expected = new double[3, 7];
        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 7; j++)
                expected[i, j] = _matrix[index[i], j];
        Numbers.Equal(expected, from_array(_matrix).index_select(0, torch.tensor(index)), 0);
    }

    [Fact]
    public void Gather_takes_one_element_for_each_index()
    {
        var index = new long[,] { { 0, 6 }, { 1, 1 }, { 5, 0 }, { 2, 3 }, { 6, 4 } };
        var expected = new double[5, 2];
        for (var i = 0; i < 5; i++)
            for (var j = 0; j < 2; j++)
                expected[i, j] = _matrix[i, index[i, j]];
        Numbers.Equal(expected, from_array(_matrix).gather(1, from_array(index)), 0);
    }

    [Fact]
    public void Cat_joins_along_a_dimension()
    {
        int[,] left = { { 1, 2 }, { 3, 4 } };
        int[,] right = { { 5 }, { 6 } };
        Numbers.Equal(new[,] { { 1, 2, 5 }, { 3, 4, 6 } }, cat([from_array(left), from_array(right)], 1), 0);
        Numbers.Equal(new[,] { { 1, 2 }, { 3, 4 }, { 1, 2 }, { 3, 4 } }, cat([from_array(left), from_array(left)]), 0);
    }

    [Fact]
    public void Cat_of_shapes_that_do_not_fit_fails() =>
        Assert.Throws<ExternalException>(() => cat([zeros([2, 2]), zeros([2, 3])]));

    [Fact]
    public void Split_cuts_into_parts_of_the_given_sizes()
    {
        var tensor = from_array(new[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        var columns = tensor.split([1, 2], 1);
        Assert.Equal(2, columns.Length);
        Numbers.Equal(new[,] { { 1 }, { 4 } }, columns[0], 0);
        Numbers.Equal(new[,] { { 2, 3 }, { 5, 6 } }, columns[1], 0);
        Numbers.Equal(new[,] { { 4, 5, 6 } }, tensor.split([1, 1])[1], 0);
        Assert.Throws<ExternalException>(() => tensor.split([1, 1], 1));
    }

    [Fact]
    public void Stack_joins_along_a_new_dimension()
    {
        Tensor[] parts = [torch.tensor(new long[] { 1, 2 }), torch.tensor(new long[] { 3, 4 }), torch.tensor(new long[] { 5, 6 })];
        Numbers.Equal(new[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, stack(parts), 0);
        Numbers.Equal(new[,] { { 1, 3, 5 }, { 2, 4, 6 } }, stack(parts, 1), 0);
    }

    [Fact]
    public void Argmax_is_the_index_of_the_largest()
    {
        Numbers.Equal(Enumerable.Range(0, 5).Select(i => Array.IndexOf(Row(i), Row(i).Max())).ToArray(), from_array(_matrix).argmax(1), 0);
        Assert.Equal([1, 7], from_array(_matrix).argmax(0, keepdim: true).shape);
        Assert.Equal(ScalarType.Int64, from_array(_matrix).argmax(0).dtype);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Top_k_are_the_first_of_the_sorted_row_and_where_they_were(bool largest)
    {
        var (values, indexes) = from_array(_matrix).topk(3, 1, largest);
        for (var i = 0; i < 5; i++)
        {
            var row = Row(i);
            double[] sorted = [.. (largest ? row.OrderDescending() : row.Order()).Take(3)];
            Numbers.Equal(sorted, values.select(0, i), 0);
            Numbers.Equal(sorted.Select(value => Array.IndexOf(row, value)).ToArray(), indexes.select(0, i), 0);
        }
    }

    [Fact]
    public void An_index_that_is_out_of_range_fails()
    {
        var tensor = from_array(_matrix);
        Assert.Throws<ExternalException>(() => tensor.select(0, 5));
        Assert.Throws<ExternalException>(() => tensor.narrow(1, 5, 3));
        Assert.Throws<ExternalException>(() => tensor.index_select(0, torch.tensor(new[] { 5L })));
        Assert.Throws<ExternalException>(() => tensor.topk(8));
    }

    private double[] Row(int i) => [.. Enumerable.Range(0, 7).Select(j => _matrix[i, j])];
}
