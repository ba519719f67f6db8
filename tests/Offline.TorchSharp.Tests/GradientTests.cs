using System.Runtime.InteropServices;
using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class GradientTests
{
    private readonly double[,] _a = Numbers.Draw(1, 3, 4);
    private readonly double[,] _b = Numbers.Draw(2, 3, 4);

    [Fact]
    public void Gradients_of_arithmetic_agree_with_differences() =>
        GradientCheck.Agrees(t => (2 - t[0]) * t[1] + t[0] / (t[1].square() + 1) - 0.5 * -t[1] * t[0], _a, _b);

    [Fact]
    public void Gradients_of_functions_agree_with_differences() =>
        GradientCheck.Agrees(t => t[0].sin() * t[1].cos() + (t[0].square() + 1).sqrt() + (t[1].abs() + 1).log10(), _a, _b);

    [Fact]
    public void Gradients_of_a_broadcast_operand_are_summed() =>
        GradientCheck.Agrees(t => t[0] * t[1] + t[1], _a, Numbers.Draw(3, 4));

    [Fact]
    public void Gradients_of_a_product_of_matrices_agree_with_differences() =>
        GradientCheck.Agrees(t => t[0].matmul(t[1].T), _a, _b);

    [Fact]
    public void Gradients_of_reductions_agree_with_differences() =>
        GradientCheck.Agrees(t => t[0].square().mean([0]) * t[1].sum([0]) + t[0].mean() * t[1].square().sum(), _a, _b);

    [Fact]
    public void Gradients_of_shapes_and_selections_agree_with_differences() =>
        GradientCheck.Agrees(
            t => cat([t[0].reshape(4, 3).T, t[1].index_select(0, tensor(new long[] { 2, 0, 2 }))], 1).narrow(1, 2, 5)
                * stack([t[0].select(1, 1), t[1].select(1, 2)]).mean([0]).unsqueeze(1).expand(3, 5),
            _a,
            _b);

    [Fact]
    public void Gradients_of_a_clamp_vanish_outside() => GradientCheck.Agrees(t => t[0].clamp(-0.5, 0.5) * t[1], _a, _b);

    [Fact]
    public void Gradients_of_activations_agree_with_differences() =>
        GradientCheck.Agrees(t => F.sigmoid(3 * t[0]) + F.relu(t[1]) * t[0], _a, _b);

    [Theory]
    [InlineData(nn.Reduction.None)]
    [InlineData(nn.Reduction.Mean)]
    [InlineData(nn.Reduction.Sum)]
    public void Gradients_of_losses_agree_with_differences(nn.Reduction reduction)
    {
        GradientCheck.Agrees(t => F.mse_loss(t[0], t[1], reduction), _a, _b);
        GradientCheck.Agrees(t => F.l1_loss(t[0], t[1], reduction), _a, _b);
        GradientCheck.Agrees(t => F.cross_entropy(t[0], tensor(new long[] { 3, 0, 1 }), reduction: reduction), _a);
    }

    [Fact]
    public void Gradients_of_a_linear_map_agree_with_differences() =>
        GradientCheck.Agrees(t => F.linear(t[0], t[1], t[2]), _a, Numbers.Draw(3, 5, 4), Numbers.Draw(4, 5));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void Gradients_of_a_convolution_agree_with_differences(long stride, long padding) =>
        GradientCheck.Agrees(
            t => F.conv2d(t[0], t[1], t[2], [stride, stride], [padding, padding]),
            Numbers.Draw(1, 2, 2, 5, 4),
            Numbers.Draw(2, 3, 2, 3, 3),
            Numbers.Draw(3, 3));

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 1)]
    public void Gradients_of_a_transposed_convolution_agree_with_differences(long stride, long padding, long outputPadding) =>
        GradientCheck.Agrees(
            t => F.conv_transpose2d(t[0], t[1], t[2], [stride, stride], [padding, padding], [outputPadding, outputPadding]),
            Numbers.Draw(1, 2, 3, 3, 2),
            Numbers.Draw(2, 3, 2, 3, 3),
            Numbers.Draw(3, 2));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_of_batch_normalization_agree_with_differences(bool training) =>
        GradientCheck.Agrees(
            t => F.batch_norm(t[0], full([4], 0.1, float64), full([4], 0.7, float64), t[1], t[2], training),
            Numbers.Draw(1, 6, 4),
            Numbers.Draw(2, 4),
            Numbers.Draw(3, 4));

    [Fact]
    public void Gradients_of_rearranged_pixels_agree_with_differences() =>
        GradientCheck.Agrees(t => F.pixel_shuffle(F.pad(t[0], [1, 0, 0, 2]), 2), Numbers.Draw(1, 1, 4, 2, 3));

    [Theory]
    [InlineData(GridSamplePaddingMode.Zeros)]
    [InlineData(GridSamplePaddingMode.Border)]
    public void Gradients_of_sampling_agree_with_differences(GridSamplePaddingMode padding) =>
        GradientCheck.Agrees(
            t => F.grid_sample(t[0], t[1], padding_mode: padding),
            Numbers.Draw(1, 2, 2, 4, 5),
            Numbers.Draw(2, 2, 3, 3, 2));

    [Fact]
    public void Gradients_of_an_affine_grid_agree_with_differences() =>
        GradientCheck.Agrees(t => F.affine_grid(t[0].reshape(2, 2, 3), [2, 1, 3, 4]), Numbers.Draw(1, 4, 3));

    [Fact]
    public void There_is_no_gradient_before_backward()
    {
        var x = ones([2], requires_grad: true);
        var loss = (x * x).sum();
        Assert.Null(x.grad);
        loss.backward();
        Numbers.Equal(new[] { 2, 2 }, x.grad!, 0);
    }

    [Fact]
    public void Gradients_add_up_until_they_are_taken_away()
    {
        var x = ones([2], requires_grad: true);
        x.sum().backward();
        (3 * x).sum().backward();
        Numbers.Equal(new[] { 4, 4 }, x.grad!, 0);
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void A_gradient_can_be_given()
    {
        var x = ones([2], requires_grad: true);
        x.grad = tensor(new[] { 5f, 6 });
        Numbers.Equal(new[] { 5, 6 }, x.grad!, 0);
    }

    [Fact]
    public void A_need_for_a_gradient_passes_on_to_results()
    {
        var x = ones([2]);
        Assert.False(x.requires_grad);
        Assert.False((x * 2).requires_grad);
        x.requires_grad = true;
        Assert.True(x.is_leaf);
        Assert.True((x * 2).requires_grad);
        Assert.False((x * 2).is_leaf);
        Assert.False((x * 2).detach().requires_grad);
    }

    [Fact]
    public void Whole_numbers_have_no_gradient() => Assert.Throws<ExternalException>(() => ones([2], int64, requires_grad: true));

    [Fact]
    public void Backward_needs_a_single_number_and_a_graph()
    {
        var x = ones([2], requires_grad: true);
        Assert.Throws<ExternalException>(() => (x * 2).backward());
        Assert.Throws<ExternalException>(() => ones([1]).backward());
        var loss = (x * x).sum();
        loss.backward();
        Assert.Throws<ExternalException>(() => loss.backward());
    }

    [Fact]
    public void A_leaf_that_needs_a_gradient_is_not_changed_in_place()
    {
        var x = ones([2], requires_grad: true);
        Assert.Throws<ExternalException>(() => x.add_(1));
        using (no_grad())
            x.add_(1);
        Numbers.Equal(new[] { 2, 2 }, x, 0);
    }
}
