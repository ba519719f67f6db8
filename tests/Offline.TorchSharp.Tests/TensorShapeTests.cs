using System.Runtime.InteropServices;

namespace Offline.TorchSharp.Tests;

public class TensorShapeTests
{
    private static readonly int[,] Matrix = { { 1, 2, 3 }, { 4, 5, 6 } };

    [Fact]
    public void Reshape_and_view_keep_the_order()
    {
        var tensor = from_array(Matrix);
        Numbers.Equal(new[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, tensor.reshape(3, 2), 0);
        Numbers.Equal(new[] { 1, 2, 3, 4, 5, 6 }, tensor.view(-1), 0);
        int[,,] cube = { { { 1, 2, 3 } }, { { 4, 5, 6 } } };
        Numbers.Equal(cube, tensor.view(2, 1, -1), 0);
    }

    [Fact]
    public void A_view_shares_memory_and_a_clone_does_not()
    {
        var tensor = from_array(Matrix);
        var view = tensor.view(6);
        var clone = tensor.clone();
        tensor.fill_(0);
        Numbers.Equal(new int[6], view, 0);
        Numbers.Equal(Matrix, clone, 0);
    }

    [Fact]
    public void A_view_of_what_is_not_contiguous_fails_where_reshape_copies()
    {
        var turned = from_array(Matrix).T;
        Assert.Throws<ExternalException>(() => turned.view(6));
        Numbers.Equal(new[] { 1, 4, 2, 5, 3, 6 }, turned.reshape(6), 0);
    }

    [Fact]
    public void Transposition_swaps_two_dimensions()
    {
        int[,] expected = { { 1, 4 }, { 2, 5 }, { 3, 6 } };
        Numbers.Equal(expected, from_array(Matrix).T, 0);
        Numbers.Equal(expected, from_array(Matrix).transpose(1, 0), 0);
        Numbers.Equal(expected, from_array(Matrix).T.contiguous(), 0);
        Assert.True(from_array(Matrix).T.contiguous().is_contiguous());
    }

    [Fact]
    public void A_permutation_orders_all_dimensions_anew()
    {
        var input = Numbers.Draw(1, 2, 3, 4, 5);
        var expected = new double[4, 2, 5, 3];
        for (var a = 0; a < 2; a++)
            for (var b = 0; b < 3; b++)
                for (var c = 0; c < 4; c++)
                    for (var d = 0; d < 5; d++)
                        expected[c, a, d, b] = input[a, b, c, d];
        Numbers.Equal(expected, from_array(input).permute(2, 0, 3, 1), 0);
    }

    [Fact]
    public void Flatten_and_unflatten_are_each_others_inverse()
    {
        var input = Numbers.Draw(1, 2, 3, 4, 5);
        var tensor = from_array(input);
        Assert.Equal([2, 60], tensor.flatten(1).shape);
        Assert.Equal([120], tensor.flatten().shape);
        Assert.Equal([2, 12, 5], tensor.flatten(1, 2).shape);
        Numbers.Equal(input, tensor.flatten(1).unflatten(1, 3, 4, 5), 0);
    }

    [Fact]
    public void Dimensions_of_one_come_and_go()
    {
        var tensor = zeros([1, 3, 1]);
        Assert.Equal([3], tensor.squeeze().shape);
        Assert.Equal([1, 3], tensor.squeeze(2).shape);
        Assert.Equal([1, 3, 1], tensor.squeeze(1).shape);
        Assert.Equal([1, 1, 3, 1], tensor.unsqueeze(0).shape);
        Assert.Equal([1, 3, 1, 1], tensor.unsqueeze(-1).shape);
    }

    [Fact]
    public void An_expanded_tensor_repeats_itself_without_memory_of_its_own()
    {
        var tensor = from_array(new[,] { { 1 }, { 2 } });
        var expanded = tensor.expand(2, 3);
        Numbers.Equal(new[,] { { 1, 1, 1 }, { 2, 2, 2 } }, expanded, 0);
        tensor.fill_(7);
        Numbers.Equal(new[,] { { 7, 7, 7 }, { 7, 7, 7 } }, expanded, 0);
    }

    [Fact]
    public void Detached_tensors_share_memory()
    {
        var tensor = from_array(Matrix);
        tensor.detach().fill_(3);
        Numbers.Equal(new[,] { { 3, 3, 3 }, { 3, 3, 3 } }, tensor, 0);
    }
}
