using FashionAE.Torch.Models;
using FashionAE.Torch.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

public class StridedConvTranspose2dTests
{
    [Theory]
    [InlineData(128, 64, 7)] // the sizes of the default architecture's decoder
    [InlineData(64, 32, 14)]
    [InlineData(32, 1, 28)]
    [InlineData(3, 5, 1)]
    [InlineData(3, 5, 2)]
    public void The_output_is_that_of_ConvTranspose2d_with_the_same_state(int inputs, int outputs, int size)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var reference = nn.ConvTranspose2d(inputs, outputs, 3, stride: 2, padding: 1, output_padding: 1 - size % 2);
        using var layer = new StridedConvTranspose2d(inputs, outputs, size, size);
        Assert.Equal(reference.state_dict().Keys.Order(), layer.state_dict().Keys.Order());
        layer.load_state_dict(reference.state_dict());

        var input = randn([4, inputs, (size + 1) / 2, (size + 1) / 2]);
        TensorValues.AssertClose(reference.call(input), layer.call(input), 1e-5);
    }

    [Fact]
    public void Output_and_gradients_are_those_of_conv_transpose2d_for_any_size()
    {
        var cases = from count in Gen.Choose(1, 3)
                    from inputs in Gen.Choose(1, 5)
                    from outputs in Gen.Choose(1, 5)
                    from height in Gen.Choose(1, 12)
                    from width in Gen.Choose(1, 12)
                    from seed in Gen.Choose(0, 1 << 20)
                    select (count, inputs, outputs, height, width, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using var scope = NewDisposeScope();
            manual_seed(c.seed);
            using var layer = new StridedConvTranspose2d(c.inputs, c.outputs, c.height, c.width);
            var state = layer.state_dict();
            var input = randn([c.count, c.inputs, (c.height + 1) / 2, (c.width + 1) / 2]);
            // Not a plain sum, whose gradient would be the same for every output.
            var share = randn([c.count, c.outputs, c.height, c.width]);

            Tensor[] Copies() => [.. new[] { input, state["weight"], state["bias"] }.Select(t => t.detach().clone())];
            var expected = Copies();
            foreach (var leaf in expected)
                leaf.requires_grad = true;
            var expectedOutput = nn.functional.conv_transpose2d(
                expected[0], expected[1], expected[2], [2, 2], [1, 1], [1 - c.height % 2, 1 - c.width % 2]);
            (expectedOutput * share).sum().backward();

            var leafInput = input.clone();
            leafInput.requires_grad = true;
            var output = layer.call(leafInput);
            (output * share).sum().backward();

            TensorValues.AssertClose(expectedOutput, output, 1e-5);
            TensorValues.AssertClose(expected[0].grad!, leafInput.grad!, 1e-5);
            TensorValues.AssertClose(expected[1].grad!, state["weight"].grad!, 5e-5);
            TensorValues.AssertClose(expected[2].grad!, state["bias"].grad!, 5e-5);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Fresh_weights_lie_within_PyTorchs_bounds_and_fill_them()
    {
        manual_seed(2);
        using var layer = new StridedConvTranspose2d(4, 200, 8, 8);
        // PyTorch counts the fan of a transposed convolution from the weight's second dimension: 200 x 3 x 3.
        var bound = 1 / Math.Sqrt(200 * 9);
        foreach (var (name, tensor) in layer.state_dict())
        {
            var values = tensor.Doubles();
            Assert.All(values, value => Assert.InRange(value, -bound, bound));
            Assert.True(values.Max() > 0.9 * bound && values.Min() < -0.9 * bound, $"{name} fills [{values.Min()}, {values.Max()}] of +-{bound}.");
        }
    }
}
